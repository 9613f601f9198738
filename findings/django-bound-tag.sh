#!/usr/bin/env bash
# Django counts `self` of a bound method that is made a template's tag for an argument, so that no template can call it.
cd "$(dirname "$0")" && . ./fresh.sh

# simple_tag looks at getfullargspec, which tells the first argument of a bound method as well. The tag is registered
# without a word; each template that uses it as it should be used is refused.
packages django==5.2.19
sees 'a function: /cat
the same as a bound method: TemplateSyntaxError: '"'"'img_url'"'"' did not receive value(s) for the argument(s): '"'"'source'"'"'' <<'PYTHON'
import sys
import types

import django
from django.conf import settings
from django.template import Context, Engine, Library

settings.configure()
django.setup()


class Client:
    def build(self, source):
        return f"/{source}"


def shown(tag):
    """What a template makes of it."""
    module = types.ModuleType("tags")
    module.register = Library()
    module.register.simple_tag(tag, name="img_url")
    sys.modules["tags"] = module
    try:
        return Engine(libraries={"tags": "tags"}).from_string("{% load tags %}{% img_url 'cat' %}").render(Context())
    except Exception as error:
        return f"{type(error).__name__}: {error}"


client = Client()
print("a function:", shown(lambda source: client.build(source)))
print("the same as a bound method:", shown(client.build))
PYTHON
