#!/usr/bin/env bash
# A document that is held against a schema is another one afterwards: fastjsonschema writes the schema's defaults into it.
cd "$(dirname "$0")" && . ./fresh.sh

# "default" is an annotation in JSON Schema (validation, 10.2), which says nothing of validity. What is written and hashed
# after such a check is therefore not what was made; use_default=False leaves it alone.
packages fastjsonschema==2.22.3
sees "checked: {'name': 'zlib', 'scope': 'required'}
with use_default=False: {'name': 'zlib'}" <<'PYTHON'
import fastjsonschema

schema = {
    "$schema": "http://json-schema.org/draft-07/schema#",
    "type": "object",
    "properties": {"name": {"type": "string"}, "scope": {"type": "string", "default": "required"}},
}
for words, more in (("checked", {}), ("with use_default=False", {"use_default": False})):
    document = {"name": "zlib"}
    fastjsonschema.compile(schema, **more)(document)
    print(f"{words}: {document}")
PYTHON
