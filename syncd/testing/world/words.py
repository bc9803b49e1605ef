"""Word lists: the plausible Dutch surface of the world. None of it names a real person or company."""

# ruff: noqa: SIM905 lists of words are easier to read and to change as text
# ruff: noqa: RUF001 Turkish names are written with their own letters

from __future__ import annotations

GIVEN_NAMES = tuple(
    "Aafke Aart Abdel Adriaan Ahmed Albert Alie Anneke Annelies Arjan Aylin Bart Bas Bernadette Bram Carla"
    " Carlijn Chantal Cor Daan Denise Dennis Dirk Dewi Edwin Eefje Ellen Emre Erik Esther Evert Fatima Femke"
    " Ferdi Floor Frank Gerard Gerda Gijs Hanneke Harm Hatice Heleen Hendrik Henk Hilde Ilse Imke Ineke Iris"
    " Jacco Jelle Jeroen Jolanda Joost Jorien Karin Kees Klaas Koen Lars Leonie Lieke Loes Lotte Maaike"
    " Maarten Marieke Marloes Mehmet Merel Mirjam Mohamed Monique Nienke Niels Olga Paul Petra Pieter Rachida"
    " Renate René Rik Roos Ruben Sanne Saskia Sjoerd Sofie Stefan Tamara Teun Thijs Tineke Ursula Veerle"
    " Vincent Wendy Wessel Wietske Willemijn Wouter Xander Yvonne Zeynep Zoë".split()
)

FAMILY_NAMES = tuple(
    tuple(name.rsplit(" ", 1)) if " " in name else ("", name)
    for name in (
        "de Vries,van den Berg,van Dijk,Bakker,Jansen,Visser,Smit,Meijer,de Boer,Mulder,de Groot,Bos,Vos,"
        "Peters,Hendriks,van Leeuwen,Dekker,Brouwer,de Wit,Dijkstra,Smits,de Graaf,van der Meer,"
        "van der Linden,Kok,Jacobs,de Haan,Vermeulen,van den Heuvel,van der Veen,van den Broek,de Bruijn,"
        "van der Heijden,Schouten,van Beek,Willems,van Vliet,van de Ven,Hoekstra,Maas,Verhoeven,Koster,"
        "van Dam,van der Wal,Prins,Blom,Huisman,Peeters,de Jonge,Kuipers,van Veen,Post,Kuiper,Veenstra,"
        "Kramer,van den Brink,Scholten,van Wijk,Postma,Martens,Vink,de Ruiter,Timmermans,Groen,Gerritsen,"
        "Jonker,van Loon,Boer,van der Velde,Willemsen,Smeets,de Lange,de Vos,Bosch,van Dongen,Schipper,"
        "de Koning,van der Laan,Koning,Driessen,Hermans,Hofman,van den Bosch,Evers,van der Horst,"
        "Yılmaz,Kaya,Demir,Çelik,El Amrani,Bouzid,Nguyen,Wang,Müller,Schröder,Özdemir,van 't Hof,"
        "Wolters,Zijlstra,Westra,Sanders,Bruins,Reinders,Lubbers,Oude Engberink,te Riele,ten Have"
    ).split(",")
)
"""Pairs of prefix (tussenvoegsel, may be empty) and family name."""

PREFIX_TRADES = tuple(
    "Bouwbedrijf,Installatiebedrijf,Schildersbedrijf,Administratiekantoor,Architectenbureau,Garagebedrijf,"
    "Hoveniersbedrijf,Loonbedrijf,Makelaardij,Metaalbewerking,Notariskantoor,Reclamebureau,Slagerij,"
    "Stukadoorsbedrijf,Tandartspraktijk,Timmerbedrijf,Transportbedrijf,Uitgeverij,Drukkerij,Rijschool".split(
        ","
    )
)

SUFFIX_TRADES = tuple(
    "Advies,Bestrating,Bloemen,Catering,Communicatie,Consultancy,Dakwerken,Elektrotechniek,Events,Fietsen,"
    "Fotografie,Fysiotherapie,Horeca,Houtbewerking,ICT,Interieur,Keukens,Klimaattechniek,Kunststoffen,"
    "Logistiek,Maatwerk,Media,Mode,Natuursteen,Optiek,Personeelsdiensten,Producties,Schoonmaak,Sport,"
    "Systemen,Tuinen,Tweewielers,Verpakkingen,Vastgoed,Webdesign,Zorg".split(",")
)

FANCY = tuple(
    "Noorderlicht,Twentse Stad,Het Groene Huis,De Linde,Blauwdruk,Stroomopwaarts,Kompas,De Vier Winden,"
    "Helder,Vonk,De Waag,Tolhuis,Oostpoort,Zilver,De Korenbeurs,Merk & Teken,Zonzij,Café Zuid,Dageraad,"
    "Roodhart,De Brug,Lumen,Veldzicht,Hoogspoor,Waterlijn,Lente,Kruidnagel,Bovenkamer,Stapsteen,Vuurvast,"
    "Buitenkans,Oeverloos,Duinrand,Wolkenveld,Het Atelier,Schakel,Nachtvlinder,Springtij,De Zaak,"
    "Mozaïek".split(",")
)

ABBREVIATIONS = (
    ("Gebroeders", "Gebr."),
    ("Administratiekantoor", "Adm.kantoor"),
    ("Bouwbedrijf", "Bouwbedr."),
    ("Installatiebedrijf", "Inst.bedrijf"),
    ("Schildersbedrijf", "Schildersbedr."),
    ("Architectenbureau", "Arch.bureau"),
    ("Communicatie", "Comm."),
    ("Elektrotechniek", "Elektro"),
    ("Stichting", "St."),
    (" & ", " en "),
)

STREETS = tuple(
    "Dorpsstraat,Stationsweg,Kerkstraat,Molenweg,Industrieweg,Nijverheidsstraat,Handelskade,Oude Markt,"
    "Marktstraat,Wilhelminastraat,Beatrixlaan,Spoorstraat,Kanaalweg,Havenstraat,Parallelweg,Eikenlaan,"
    "Lindelaan,Berkenstraat,Ambachtsweg,Diamantstraat,Zuiderval,Noorderhagen,Enschedesestraat,Bornsestraat,"
    "Deldenerstraat,Hoge Rijndijk,Burgemeester Jansenplein,Torenlaan,Singel,Achterom,Waterstraat,Nieuwstraat,"
    "Prins Hendrikkade,Laan van Meerdervoort,Professor Zeemanweg,Rietveld,De Pol,Binnenhof 't Zand".split(",")
)

TOWNS = (
    ("Hengelo", 7550, "074"),
    ("Enschede", 7511, "053"),
    ("Almelo", 7601, "0546"),
    ("Deventer", 7411, "0570"),
    ("Zwolle", 8011, "038"),
    ("Apeldoorn", 7311, "055"),
    ("Arnhem", 6811, "026"),
    ("Nijmegen", 6511, "024"),
    ("Utrecht", 3511, "030"),
    ("Amersfoort", 3811, "033"),
    ("Amsterdam", 1011, "020"),
    ("Haarlem", 2011, "023"),
    ("Leiden", 2311, "071"),
    ("'s-Gravenhage", 2511, "070"),
    ("Rotterdam", 3011, "010"),
    ("Dordrecht", 3311, "078"),
    ("Breda", 4811, "076"),
    ("Tilburg", 5011, "013"),
    ("Eindhoven", 5611, "040"),
    ("'s-Hertogenbosch", 5211, "073"),
    ("Maastricht", 6211, "043"),
    ("Venlo", 5911, "077"),
    ("Groningen", 9711, "050"),
    ("Assen", 9401, "0592"),
    ("Leeuwarden", 8911, "058"),
    ("Emmen", 7811, "0591"),
    ("Oldenzaal", 7571, "0541"),
    ("Winterswijk", 7101, "0543"),
    ("Goor", 7471, "0547"),
    ("Lelystad", 8211, "0320"),
)
"""Town, first number of its postcodes, area code of its telephone numbers."""

BANKS = (
    ("ABNA", "ABNANL2A"),
    ("INGB", "INGBNL2A"),
    ("RABO", "RABONL2U"),
    ("SNSB", "SNSBNL2A"),
    ("TRIO", "TRIONL2U"),
    ("ASNB", "ASNBNL21"),
    ("KNAB", "KNABNL2H"),
    ("BUNQ", "BUNQNL2A"),
)

JOBS = tuple(
    "directeur,inkoper,administratie,marketing,eigenaar,projectleider,secretariaat,ontwerper,bedrijfsleider,"
    "communicatieadviseur,office manager,penningmeester".split(",")
)

PROJECTS = tuple(
    "Huisstijl,Website,Webshop,Brochure,Jaarverslag,Gevelreclame,Campagne,Beursstand,Logo,Verpakking,"
    "Belettering,Nieuwsbrief,Fotoshoot,Folder,Onderhoud website".split(",")
)

NOTES = tuple(
    "Belt liever in de ochtend.;Heeft een sleutel van de werkplaats.;Betaalt altijd te laat.;"
    "Facturen naar de administratie sturen.;Kent ons via de ondernemersvereniging.;"
    "Wil geen telefoontjes op vrijdag.;Korting van 5% afgesproken.;Zoekt een nieuwe huisstijl.".split(";")
)

FILES = tuple(
    "offerte.pdf;opdrachtbevestiging.pdf;visitekaartje.jpg;handtekening.png;verslag gesprek.docx;logo.svg".split(
        ";"
    )
)

TASKS = tuple("Terugbellen;Offerte nasturen;Kaartje sturen;Afspraak plannen;Adres nakijken".split(";"))
