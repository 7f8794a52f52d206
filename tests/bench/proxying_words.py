"""Words for the proxies' page: some thousands of Dutch ones, as a shop for builders has them.

Few are written down: a compound is one word in Dutch, so first and second halves make most of them.
How often each stands in a text follows Zipf's law, as in any language: that decides how well a page
packs, together with what is drawn by chance (prices, codes, hashes).
"""

import random
from itertools import accumulate, product

SMALL = """\
de het een van en in is op te dat die voor met zijn niet aan er om ook als dan maar bij nog uit door
naar heeft over ze zich wat meer wel kan worden wordt dit deze hun onze uw u wij je hier daar waar
tot onder tegen na sinds tijdens zonder binnen buiten tussen rond vanaf volgens altijd nooit vaak
soms meestal snel graag zelf samen alleen eerst daarna daarom zodat omdat terwijl wanneer hoewel
of want dus toch echter bovendien vooral ongeveer precies bijna helemaal vrijwel direct morgen"""

FIRST = """\
plafond wand vloer dak gevel kozijn deur raam trap keuken badkamer zolder kelder gang kantoor winkel
school zorg hotel woning tuin garage schuur balkon dakkapel schoorsteen riool water gas stroom licht
geluid brand vocht warmte lucht stof hout staal glas steen beton gips leem kalk kurk wol vezel verf
lak beits behang tegel voeg lijm schroef spijker anker profiel hoek rand plint lijst strip band"""

SECOND = """\
plaat paneel systeem afwerking isolatie montage levering reparatie onderhoud renovatie inspectie
controle meting berekening tekening advies offerte prijs korting garantie keuring norm klasse maat
breedte hoogte dikte kleur structuur voorraad bestelling pakket doos rol zak emmer set beugel klem
haak rooster luik koof kap mat doek folie laag pasta vuller reiniger zaag boor mes meter hulp"""

OTHER = """\
vakman stukadoor schilder timmerman loodgieter aannemer architect bewoner eigenaar huurder klant
buurman collega monteur planning afspraak werkdag ochtend middag avond weekend maand seizoen jaren
ervaring vertrouwen resultaat oplossing vraag antwoord bestellen leveren plaatsen monteren schuren
verven zagen boren meten rekenen kiezen vergelijken bekijken bellen mailen betalen ontvangen ruilen
maken helpen zoeken vinden houden brengen lezen schrijven denken weten blijven staan liggen vallen
glad ruw strak warm koud droog nat licht donker hoog laag breed smal dik dun sterk zwak nieuw oud
modern klassiek duurzaam goedkoop voordelig degelijk brandwerend geluiddempend vochtbestendig recht
rond vierkant wit zwart grijs antraciet crème blauw groen bruin eiken grenen vuren mahonie aluminium
Amsterdam Rotterdam Utrecht Eindhoven Groningen Tilburg Almere Breda Nijmegen Apeldoorn Haarlem
Arnhem Enschede Amersfoort Zaanstad Leeuwarden Maastricht Dordrecht Zwolle Deventer Delft Alkmaar
reële coördinatie geïsoleerd officiële café ruïne vóór één financiële tweeëntwintig m² ½"""

ZIPF = 1.0


def _vocabulary() -> list[str]:
    """Give all words, the most frequent first."""
    rng = random.Random("words")  # noqa: S311 - the same every time
    rest = [first + second for first, second in product(FIRST.split(), SECOND.split())]
    rest += 12 * OTHER.split()
    rng.shuffle(rest)
    rare = list(dict.fromkeys([*OTHER.split()[::3], *rest]))
    return [*SMALL.split(), *rare]


VOCABULARY = _vocabulary()
_WEIGHTS = list(accumulate(1 / (rank + 3) ** ZIPF for rank in range(len(VOCABULARY))))


def words(rng: random.Random, count: int) -> list[str]:
    """Draw so many words."""
    return rng.choices(VOCABULARY, cum_weights=_WEIGHTS, k=count)


def name(rng: random.Random) -> str:
    """Draw a word that names something: no small one."""
    return rng.choice(VOCABULARY[len(SMALL.split()) :])


def slug(rng: random.Random, count: int) -> str:
    """Write words as an address has them."""
    plain = "-".join(name(rng) for _ in range(count)).lower()
    return plain.encode("ascii", "ignore").decode()


def sentence(rng: random.Random) -> str:
    """Write a sentence."""
    drawn = words(rng, rng.randrange(6, 20))
    if rng.random() < 0.4:
        drawn[len(drawn) // 2] += ","
    written = " ".join(drawn)
    return written[0].upper() + written[1:] + "."


def sentences(rng: random.Random, count: int) -> str:
    """Write some."""
    return " ".join(sentence(rng) for _ in range(count))
