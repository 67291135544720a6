"""Templates: every text is one line, short and escaped, and a page lets in what it names and no more."""

import jinja2
import pytest
from markupsafe import Markup

from tonescape.show import pages


def shown(source, **values):
    return pages._environment().from_string(source).render(**values)


def test_every_text_is_escaped_made_one_line_and_shortened():
    assert shown('<p title="{{ x }}">', x="\"><script>\n'&") == '<p title="&#34;&gt;&lt;script&gt; &#39;&amp;">'
    assert shown("{{ x }}", x="a\u202eb\0c") == "ab c"
    assert len(shown("{{ x }}", x="x" * 5000)) == pages.TEXT_CAP
    assert shown("{{ x|escaped(4) }}{{ y }}", x="abcdefgh", y=Markup("<b>")) == "abc…<b>"


def test_a_name_that_is_missing_and_a_value_that_is_none_are_errors():
    with pytest.raises(jinja2.UndefinedError):
        shown("{{ nothing }}")
    with pytest.raises(TypeError, match="unknown"):
        shown("{{ x }}", x=None)


def test_data_cannot_end_its_element():
    page = pages.page("study.html", script="study.js", data=["</script><!--&"], judgements=1)
    assert '["\\u003c/script>\\u003c!--\\u0026"]' in page


def test_a_page_allows_only_what_it_names():
    page = pages.page("study.html", data=[1], judgements=1)
    assert "default-src &#39;none&#39;; style-src" in page and "script-src" not in page and "img-src" not in page
    wider = pages.page("study.html", script="study.js", images="data:", data=[1], judgements=1)
    assert "img-src data:;" in wider and "script-src &#39;sha256-" in wider and "unsafe" not in wider
