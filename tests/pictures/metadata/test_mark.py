from xml.etree import ElementTree

import pytest

from graycolor.pictures.metadata.mark import Mark, marked
from graycolor.pictures.metadata.record import Metadata

RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
OURS = "{urn:graycolor:1}"


def descriptions(packet):
    return list(ElementTree.fromstring(packet.strip()).iter(f"{RDF}Description"))


@pytest.mark.parametrize("address", ["", "uuid:1", "archive?a=1&amp;b=2", "&lt;old&gt;"])
def test_the_mark_describes_what_the_packet_describes(address):
    packet = (
        f'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="{RDF[1:-1]}">'
        f'<rdf:Description rdf:about="{address}" xmlns:dc="urn:dc" dc:source="attic"/></rdf:RDF></x:xmpmeta>'
    )
    found = marked(Metadata(xmp=packet.encode()), Mark("9.9", "cafe")).xmp
    theirs, ours = descriptions(found)

    assert ours.get(f"{RDF}about") == theirs.get(f"{RDF}about")
    assert ours.get(f"{OURS}Version") == "9.9"


def test_a_mark_of_any_text_is_well_formed_and_comes_back():
    mark = Mark('1 & "2"', "<a>")
    (ours,) = descriptions(marked(Metadata(), mark).xmp)

    assert (ours.get(f"{OURS}Version"), ours.get(f"{OURS}Weights")) == ('1 & "2"', "<a>")
    assert ours.get(f"{OURS}Colors") == mark.sentence
