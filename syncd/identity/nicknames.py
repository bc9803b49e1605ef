"""Given names that the Dutch use for one another: what stands on the birth certificate and what people say.

A name may be short for several (`Jo`); two names agree where one set holds both.
"""

from __future__ import annotations

from collections import defaultdict

_SETS = """
johannes jan johan hans joh jo johnny john jannes; johanna jo hanna hanneke annie joke hannie jopie;
willem wim pim bill willy; wilhelmina wil mien mina willemijn willy wilma;
hendrik henk rik harry henri hein; hendrika rika riek henny hennie; pieter piet peter petrus pier;
petronella nel petra nelly ellen; cornelis cees kees cor corne nelis; cornelia cor corrie nel lia neeltje;
jacobus jaap jacob co ko koos jacco jacques; jacoba coba co koosje;
gerrit gert gerard gerardus geert gerhard ger; gerarda gerda gerry;
antonius anton ton toon tony teun antoon; antonia toos tonny anja toni;
adrianus ad adri arie adriaan janus aad; adriana adri ada jana jeanne;
maria marie mia riet ria mieke marieke marijke rie miep;
elisabeth els bep betsy liesbeth elsje lies lisa elly beth;
catharina cato toos trijn karin tiny catrien rina katja ina; theodorus theo dorus door;
theodora dora thea doortje; martinus martin tinus tiny maarten rien;
nicolaas nico klaas niek nicolas claas; franciscus frans frank francis; francisca cisca sien;
wouter wout walter; matthijs thijs mathijs matthias matheus mathieu ties; christiaan chris christian;
christina tina stien chris stina; alexander alex sander lex xander; alexandra sandra alex;
frederik fred frits freek rik; lambertus bert lambert bertus; hubertus bert huub hub;
albertus bert albert bertus appie ab; gijsbertus gijs gijsbert bert; michael michiel mike chiel;
joseph jozef jos joep sjef joost; josephina jos josefien fien; leonardus leo leonard leon len;
margaretha greet margriet greta griet margot; geertruida truus geertje trudy truida;
helena leen lena heleen ellen; anna ans annie anneke anke ank; daniel daan dan danny; thomas tom tomas;
robert rob bob bert robbie; rudolf ruud dolf rudi; richard rick dick; benjamin ben benno;
bernardus ben bernard bennie ber; samuel sam sammy; steven stef stefan stephan steve; vincent vince vin;
jeroen jeron; sebastiaan bas bastiaan sebastian; lucas luuk luc; laurens lau laurentius rens lars;
dirk dick diederik derk; evert eef; engelbert bert engel; simon siem siemen; arnoldus nol arnold arno aart;
emanuel manuel; patrick rick; ricardus rick; katherine kate kathy cathy catherine katie;
elizabeth liz beth lizzie betty eliza; william bill will billy; james jim jimmy jamie;
edward ed ted eddie ned; charles charlie chuck; andrew andy drew; anthony tony; joshua josh; matthew matt;
nicholas nick nicky; samantha sam; jessica jess jessie; jennifer jen jenny; rebecca becky bec; timothy tim;
gregory greg; jonathan jon; christopher chris; susan sue suzanne; deborah debbie deb;
wilhelmus willem wim wil pim; paulus paul pauwel pol; josephus joseph jozef jos jef sjef; johannes joop;
hendrikus hendricus hendrik henk harry rik; aleida alie alida lida; charlotte lotte;
jantje jannie janny jantina; magdalena leny lena leni magda lenie; catharina tineke catrien ina toos kaatje;
margaretha gre greetje marga margot griet; nicole nikki nicky nicolette; ludovicus luc lode louis lodewijk;
abdelkarim karim; mohammed mohamed mo muhammad mohammad mohamad; katarzyna kasia kaska;
malgorzata gosia malgosia; aleksandra ola; ekaterina katja katya jekaterina katerina; agnieszka aga;
joanna asia; barbara basia babs; jan janek; krzysztof krzys; tomasz tomek; piotr piotrek; pawel pawelek;
stanislaw staszek; zbigniew zbyszek; elzbieta ela; anna ania anka; monika monia; aleksander olek aleks;
aleksandr sasha sacha; dmitri dima; vladimir vova volodja; nikolaj kolja; natalia natasha natasja; tatiana tanja;
jekaterina katja; svetlana sveta; mustafa musti; abdellah abdullah; fatima fatma; abderrahim rahim;
abderrahman rahman; abdelaziz aziz; abdelhamid hamid; abdelmajid majid; youssef yusuf yousef;
ibrahim ibo brahim; suleyman sulejman soulaiman; hasan hassan; hussein huseyin hoessein; ahmed ahmet;
geertruida truus gertrude trudie geerte; wilhelmina willie minnie mien wilmien; jacoba coby cobie;
johanna jannie janna johanneke jopie sjaan; hendrika hendrikje rieka hetty; adriana jaan adrie;
antonius antonie teunis; cornelis kornelis krelis kor; petrus peer pieter; gerardus gerard grad sjra;
lambertus lammert lamb; leonardus leendert lenard; mattheus thieu matthieu; bartholomeus bart mees;
egbertus egbert bert; everhardus evert ever; sebastianus bas; aloysius lowie loek; augustinus guus stijn;
gustaaf guus staf; augustus guus; rudolphus roelof ruud rolf; reinier rein; abraham bram; isaac ies isaak izaak;
benedictus ben bennie; dominicus dominic; hieronymus jeroen; jeremias jerry;
carolus karel carel charles karl; adolphus dolf adolf; alphonsus fons alfons; emmanuel manuel;
hermanus herman manus harm; norbertus norbert; quirinus krijn; severinus rinus; marinus rinus; tobias tobi;
elisabeth betje bettie lies liesje ellie; maria marij mies mary marieke ria mariska marja; agatha aagje;
apollonia plonia; barbera barbara; cecilia cilia; dorothea door doortje dorien; eleonora noor nora;
helena leentje lenie; josephina fina josefine; ludovica louise; susanna suus suze sanne; sophia fie sofie;
theresia trees thera resie; ursula ulla; veronica vera vroni; charlotta lotte; gerharda gerda;
annemarie annemieke; frederika freddy rika; lucia luus; rosalia roos roza;
isabella bella isa; gabriella gaby; angelina lina; carolina lina caro; emilia milly; eduard edu eddy ed;
edwin ed; ferdinand fer nand; gerhardus gerhard; floris flor; maximiliaan max; maximilian max; victor vic
"""


def _by_name() -> dict[str, frozenset[int]]:
    found: dict[str, set[int]] = defaultdict(set)
    for number, names in enumerate(_SETS.split(";")):
        for name in names.split():
            found[name].add(number)
    return {name: frozenset(numbers) for name, numbers in found.items()}


_NUMBERS = _by_name()


def one_name(one: str, other: str) -> bool:
    """Tell whether one person may be called by both given names."""
    return bool(_NUMBERS.get(one, frozenset()) & _NUMBERS.get(other, frozenset()))


def is_given_name(word: str) -> bool:
    """Tell whether a word is one of these given names; most others are not here."""
    return word in _NUMBERS
