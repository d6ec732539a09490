"""A vocabulary as SKOS in Turtle. Key: the title of its scheme, and the address of its concept."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from rdflib import Graph, Literal, URIRef
from rdflib.namespace import DCTERMS, RDF, RDFS, SKOS

from cop.core.markup import one_line
from cop.core.terms.keeping import Entry
from cop.imports.registers.reading import Unfit
from cop.imports.vocabularies.reading import BadVocabulary, Collecting, Vocabulary, check_size

LANGUAGE = "en"


def read(path: Path) -> Vocabulary:
    """Read and check a whole file. Raises BadVocabulary."""
    graph = _graph(path)
    concepts = sorted(node for node in set(graph.subjects(RDF.type, SKOS.Concept)) if isinstance(node, URIRef))
    if not concepts:
        raise BadVocabulary(f"{path.name} has no skos:Concept with an address: is it a vocabulary in SKOS?")
    schemes = {concept: _scheme(graph, concept) for concept in concepts}
    collecting = Collecting()
    for concept in concepts:
        try:
            entry = _entry(graph, concept, schemes, collecting)
        except Unfit as error:
            collecting.reject(f"{path.name}, {concept}", error)
        else:
            collecting.add(f"{path.name}, {concept}", entry, "skos:prefLabel", "skos:Concept")
    return collecting.finished("skos:broader")


def _graph(path: Path) -> Graph:
    """What the file says. The parser fails in many ways over what is no Turtle; all mean the same to who sent it."""
    check_size(path)
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BadVocabulary(f"{path.name} is not a text file in UTF-8.") from None
    except OSError as error:
        raise BadVocabulary(f"{path} cannot be read: {error.strerror}.") from None
    try:
        return Graph(bind_namespaces="none").parse(data=text, format="turtle")
    except Exception as error:
        line = getattr(error, "lines", None)
        where = f"line {line + 1}" if isinstance(line, int) else "somewhere"
        raise BadVocabulary(f"{path.name}, {where}: this is not Turtle. Nothing was imported.") from None


def _entry(graph: Graph, concept: URIRef, schemes: dict[URIRef, str], collecting: Collecting) -> Entry:
    if not schemes[concept]:
        raise Unfit("skos:inScheme", "it is in no scheme")
    label = _label(graph.objects(concept, SKOS.prefLabel))
    if label is None:
        raise Unfit("skos:prefLabel", "there is no label")
    broader = _broader(graph, concept)
    if len(broader) > 1:
        collecting.note(f"{concept}: of several broader terms only the first was taken, {broader[0]}.")
    aliases = [each for each in graph.objects(concept, SKOS.altLabel) if _is_of(each, label.language)]
    return Entry(
        scheme=schemes[concept],
        code=str(concept),
        name=one_line(str(label)),
        aliases=tuple(sorted(one_line(str(each)) for each in aliases)),
        parent=(schemes.get(broader[0], schemes[concept]), str(broader[0])) if broader else None,
    )


def _broader(graph: Graph, concept: URIRef) -> list[URIRef]:
    """What is broader than a concept, whichever of the two says so."""
    found = {*graph.objects(concept, SKOS.broader), *graph.subjects(SKOS.narrower, concept)}
    return sorted(node for node in found if isinstance(node, URIRef))


def _scheme(graph: Graph, concept: URIRef) -> str:
    """The title of the concept's scheme, or the address of one without a title; empty if it is in none."""
    found = [*graph.objects(concept, SKOS.inScheme), *graph.objects(concept, SKOS.topConceptOf)]
    found += graph.subjects(SKOS.hasTopConcept, concept)
    if not found:
        return ""
    scheme = min(found, key=str)
    ways = (SKOS.prefLabel, DCTERMS.title, RDFS.label)
    title = _label(each for way in ways for each in graph.objects(scheme, way))
    return one_line(str(title if title is not None else scheme))[:200]


def _label(nodes: Iterable[Any]) -> Literal | None:
    """The English one of some labels, else one without a language, else the first by language."""
    found = [node for node in nodes if isinstance(node, Literal)]
    return min(found, key=lambda each: (_rank(each.language), each.language or "", str(each)), default=None)


def _rank(language: str | None) -> int:
    if language == LANGUAGE:
        return 0
    if language and language.startswith(f"{LANGUAGE}-"):
        return 1
    return 2 if language is None else 3


def _is_of(node: Any, language: str | None) -> bool:
    """Whether a label is in the language of another, or in none."""
    if not isinstance(node, Literal):
        return False
    return node.language is None or node.language.partition("-")[0] == (language or LANGUAGE).partition("-")[0]
