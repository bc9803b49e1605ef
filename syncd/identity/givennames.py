"""Given names that many bear: which are plainly a man's or a woman's, and the short ones that look like initials.

The lists are written by hand. What both bear (Robin, Kim, Anne, Jos, Willy, Chris, and abroad Andrea and Simone) is
in neither of the first two, and a name that is in none says nothing.
"""

from __future__ import annotations

from syncd.identity.nicknames import is_given_name

_MEN = """
aad aart abdel abdullah abel abraham achmed adam adriaan ahmed albert alexander alfred amir andre andreas andrew
antal antoine anton antonius antoon arend arie arjan arjen arno arnold arnoud arthur baptiste barend barry bart
bas bastiaan ben benjamin berend bernard bernd bert bertus bjarne bjorn bob boudewijn bouke bram brian bruno
carl carlos cedric cees charles christiaan christian christoph christophe claus coen cornelis daan damian daniel
danny dave david dennis derk dick diederik dieter dirk douwe eddy eduard edward edwin egbert emiel emmanuel emre
eric erik ernst erwin etienne evert fabian felix ferdinand ferry filip finn florian floris folkert fons francois
frank frans frederik fredrik freek frits gabriel geert geoffrey geoffroy george gerard gerardus gerben gerhard
gerrit gert giel gijs gijsbert giovanni guido gunter gunther gustaaf hans harald harm harold harry hassan heiko
hein heinz helmut hendrik henk henri henry herbert herman hidde holger hubert hugo huib hussein ibrahim igor ivo
jaap jack jacob jacobus jacques jake james jan jannes jarno jason jasper jeffrey jelle jens jeroen jerome
jesper jim jimmy job jochem joel johan johannes john johnny jonas jonathan joop joost jordy jorg joris jorn
jorrit joseph joshua jozef juan julian jurgen jurre justin kamil karel karl kees kevin klaas klaus koen koos
kristof krzysztof kurt lambert lambertus lars laurens leendert lennart leo leon leonard levi lodewijk louis
lourens lucas ludo lukas luuk maarten manfred marc marcel marco marcus mario marius mark markus marnix martijn
martin martinus mathieu mathijs mats matthias matthieu matthijs maurice maurits max mehmet melle menno michael
michal michiel milan mohamed mohammed murat mustafa nathan nico nicolaas nicolas niels noah norbert olaf oliver
olivier oscar otto pascal patrick paul paulus pawel peter petrus philip philippe pierre piet pieter pim piotr
rachid raf rainer ralf raymond reinhard reinier reinout remco richard rick rik rob robbert robert roderick roel
roelof roger roland rolf ronald ruben rudolf rutger ruud samuel sander sebastiaan sebastian sebastien sem
servaas sibren siebe siegfried siem sietse simon sjaak sjoerd stefan stephan stephane steven stijn sven sybren
taco teun theo theodorus thierry thijmen thijs thomas thorsten tijmen tijn tim timo tobias tom tomas tomasz ton
torsten twan ulrich valentijn victor vincent volker walter wesley wessel wiebe wilhelmus willem william wim
wolfgang wout wouter xander xavier yannick youssef yusuf yves zbigniew zeger
"""
_WOMEN = """
aafke aaltje ada adriana agata agnes agnieszka aicha aisha aleida alexandra alice alicia alida amber amelie
amina amy angela angelique anita anja anke anna annabel anneke annelies annemarie annemiek annet annette annick
annie anouk ans antje antonia astrid audrey ayse babette barbara beata beatrice beatrix bep bernadette bianca
birgit birgitta brenda brigitta brigitte britt carin carina carla carmen carola carolien caroline catharina
cathelijne cato cecile chantal charlotte chloe christel christina christine cindy claire clara claudia corinne
cornelia corrie daisy danielle daphne debbie deborah delphine demi denise diana dieuwertje dina dominika dora
dorien doris dorothea edith eefje elena elif eline elisa elisabeth elisabetta elise elizabeth elke ella ellen
elly els elsbeth elske emilia emily emma erica erika esmee esra esther eva evelien eveline ewa ewelina fabienne
fatima fatma femke fenna fenne fleur floortje florence francien francisca francoise frederique frouke geertje
geertruida geertruide gemma gerda gina gisela goedele greet greetje griet grietje gwen hanna hannah hanneke
hatice heidi heike heleen helena helga hendrika henriette hetty hilda hilde ilona ilse ina ineke inge ingeborg
ingrid irena irene iris irma isabel isabella isabelle ivonne jacoba jacqueline jana janet janneke janny jantine
jantje jeanette jeannette jennifer jenny jessica jette johanna joke jolanda jolande jolanta jolien josefien
josephine joyce judith julia juliana julie jutta kaat karen karin karlijn karolina katarzyna katharina kathleen
katja katrien khadija kirsten klaartje klaasje krista kristel laila lara laura leila lena leonie leontien lieke
lien lies liesbeth lieselot lieselotte lieve lilian linda linde lindsey lisa lisanne lisette lizzy loes lotte
louisa louise lucia lucie lut lydia maaike maartje madelief magali magda magdalena malgorzata manon manuela
margaret margaretha margot margreet margriet maria marianne marie marieke marielle marijana marije marijke
marina marissa marit marja marjan marjolein marjolijn marjon marleen marlies marloes martha martina martine
martje maryam mathilde maud meike melanie melissa merel meryem mia mieke mien miep mies milou mireille mirella
miriam mirjam monica monika monique myrthe nadia nadine nancy natalie natasja nathalie neeltje nel nele nelleke
nelly nicole nienke nina noortje nora odile olga patricia paula paulien pauline petra petronella priscilla
rachel ramona rebecca regina regine renata renate ria rianne riet rika rita roos roosmarijn rosa rosalie rosanne
ruth sabine sabrina samantha samira sandra sanne sara sarah saskia selma severine shirley sietske sigrid silvia
sofia sofie sonja sophia sophie stefanie stephanie susan susanna susanne suzan suzanne sylvia sylvie tamara
tanja tatiana tess tessa thea theodora theresia tina tine tineke titia tjitske trijntje truus ursula valerie
vanessa veerle vera veronica veronique virginie viviane wendy wilhelmina willeke willemijn wilma yasmin yasmina
ymke yvette yvonne zainab zeynep zoe
"""
_BOTH = """
alex andrea anne beau charlie chris dominique eelke floor francis guus henny jackie jamie jean jip jo jos juul
kelly kim luca marijn mika nicky noa pat puck rene renee robin rowan sacha sam simone toni tonny wil willy
"""
_OF_TWO_LETTERS = """
ab ad al an be bo co cy do eb ed eg ep ge jo ko li lo lu mo ot ru si su ti to ty wu xi yi yu
"""
_OF_THREE_LETTERS = """
abe ada ali alp amy ana ane ann ans ant art asa ava ayo bea bee bek ben bep bob boi bor bud cas cem che cor
dag dan dax dee des dex dik don dre eda ede edo eef efe eke ela eli els eva eve ezo fay fee fei fem fer flo
fre fye gea ger gia gie gil gre guy hal han heb hua hui ian ibe ida ids iep ike ila ilo ima ina ine ing ira
isa isi ito iva ivo iza jac jae jay jef jet jim jin job joe jon joy jun jur kai kay ken kia kim kit
kya lan lea lee leo les lex lia lie lil lin lis liv liz loe lon lot lou luc luk lyn mae mai mao may meg mei
mel mia mik mil min mya nam nel nia nic nik nil noa noe nol nor nur oda ola ole omo ona ora oya pam pat pau
pen pia pip pol ray reg ren rex ria rie rob rod roe ron roy ruy rya sal sam sef sem sen sid sil siv sol stu
sue sun syl tai tam tea ted teo tia tim tin tom ton toy tys udo ugo ula ulf uma una ute uwe val
vic vin wan wei wen wes wil wim xue yan yao yas yip yme yun yve zak zed zef zia zoe zus
"""


_MAN, _WOMAN = frozenset(_MEN.split()), frozenset(_WOMEN.split())
_BORNE = _MAN.union(_WOMAN, *(names.split() for names in (_BOTH, _OF_TWO_LETTERS, _OF_THREE_LETTERS)))


def sex_of(name: str) -> str:
    """Give `m` or `f` of a folded given name that plainly is a man's or a woman's."""
    return "m" if name in _MAN else "f" if name in _WOMAN else ""


def is_borne(name: str) -> bool:
    """Tell whether a folded word is a given name that many bear; as many others are not here."""
    return name in _BORNE or is_given_name(name)
