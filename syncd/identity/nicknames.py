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
gregory greg; jonathan jon; christopher chris; susan sue suzanne; deborah debbie deb
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
