"""A browser and an API client of the standard library, and the published OpenAPI file as the contract.

The contract is schema.yml of npm's @goauthentik/api; it is fetched once by `npm pack` into build/contract.
"""

import http.client
import json
import os
import pickle
import re
import shutil
import ssl
import subprocess
import tarfile
import urllib.parse
from pathlib import Path

import yaml

API = "/api/v3"
PACKAGE = "@goauthentik/api@2026.8.3"
CONTRACT = Path(__file__).resolve().parents[2] / "build" / "contract"


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    @property
    def json(self):
        return json.loads(self.body)

    def header(self, name):
        return self.headers.get(name)

    def __repr__(self):
        return f"{self.status} {self.body[:600]!r}"


class Client:
    """One visitor: keeps cookies as a browser does, or shows a token."""

    def __init__(self, address, token=None, tls_ca=None, agent="Mozilla/5.0 Firefox/120.0", source=None):
        self.address, self.token, self.ca, self.agent = address, token, tls_ca, agent
        self.source = source  # the address to come from: any of 127.0.0.0/8
        self.cookies = {}

    def connect(self):
        host, _, port = self.address.rpartition(":")
        if self.ca:
            context = ssl.create_default_context(cafile=str(self.ca))
            return http.client.HTTPSConnection(host, int(port), timeout=30, context=context)
        return http.client.HTTPConnection(host, int(port), timeout=30,
                                         source_address=self.source and (self.source, 0))

    def request(self, method, path, body=None, headers=None, raw=None, csrf=True):
        sent = {"User-Agent": self.agent, **(headers or {})}
        if self.token:
            sent["Authorization"] = "Bearer " + self.token
        if self.cookies:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if csrf and method not in ("GET", "HEAD") and "authentik_csrf" in self.cookies:
            sent.setdefault("X-authentik-CSRF", self.cookies["authentik_csrf"])
        data = raw
        if body is not None:
            data = json.dumps(body)
            sent.setdefault("Content-Type", "application/json")
        connection = self.connect()
        try:
            connection.request(method, path, body=data, headers=sent)
            got = connection.getresponse()
            answer = Answer(got.status, got.headers, got.read().decode("utf-8", "replace"))
        finally:
            connection.close()
        for line in answer.headers.get_all("Set-Cookie") or []:
            name, _, value = line.split(";", 1)[0].partition("=")
            if value and "Max-Age=0" not in line:
                self.cookies[name] = value
            else:
                self.cookies.pop(name, None)
        return answer

    def get(self, path, **more):
        return self.request("GET", path, **more)

    def post(self, path, body=None, **more):
        return self.request("POST", path, {} if body is None else body, **more)

    def api(self, method, path, body=None, **more):
        return self.request(method, API + path, body, **more)

    # ---- flows ----

    def flow(self, slug, query=""):
        return f"{API}/flows/executor/{slug}/?query={urllib.parse.quote(query, safe='')}"

    def log_in(self, name, password, code=None, slug="default-authentication-flow"):
        """The last answer of a login through the flow."""
        path = self.flow(slug)
        answer = self.get(path)
        for _ in range(6):
            if answer.status != 200:
                return answer
            component = answer.json["component"]
            given = {"ak-stage-identification": {"uid_field": name},
                     "ak-stage-password": {"password": password},
                     "ak-stage-authenticator-validate": {"code": code}}.get(component)
            if given is None or answer.json.get("response_errors"):
                return answer
            answer = self.post(path, {"component": component, **given})
        return answer


# ---- the contract ----

def package():
    """The folder of the published client, unpacked once."""
    folder = CONTRACT / "package"
    if (folder / "dist" / "index.js").exists() and (folder / "schema.yml").exists():
        return folder
    CONTRACT.mkdir(parents=True, exist_ok=True)
    npm = shutil.which("npm")
    if npm is None:
        raise AssertionError("npm is missing; install the package npm")
    done = subprocess.run([npm, "pack", "--silent", PACKAGE], cwd=CONTRACT, capture_output=True, text=True,
                          timeout=240)
    if done.returncode != 0:
        raise AssertionError(f"npm pack {PACKAGE}: {done.stderr}")
    archive = CONTRACT / done.stdout.split()[-1]
    with tarfile.open(archive) as packed:
        packed.extractall(CONTRACT)
    archive.unlink()
    return folder


def contract():
    """The OpenAPI document."""
    cache = CONTRACT / "schema.pickle"
    if cache.exists():
        return pickle.loads(cache.read_bytes())
    CONTRACT.mkdir(parents=True, exist_ok=True)
    text = Path(package()) / "schema.yml"
    document = yaml.load(text.read_text(), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    cache.write_bytes(pickle.dumps(document))
    return document


class Contract:
    def __init__(self):
        self.document = contract()
        self.schemas = self.document["components"]["schemas"]
        self.templates = []
        for template, methods in self.document["paths"].items():
            pattern = re.sub(r"\\\{[^}]*\\\}", "[^/]+", re.escape(template))
            literal = len(re.sub(r"\{[^}]*\}", "", template))
            self.templates.append((literal, re.compile(pattern + r"\Z"), template, methods))
        self.templates.sort(key=lambda one: -one[0])

    def operation(self, method, path):
        for _, pattern, template, methods in self.templates:
            if pattern.match(path) and method.lower() in methods:
                return template, methods[method.lower()]
        return None, None

    def complaints(self, method, path, answer):
        """What of a 2xx answer is not as the document says."""
        path = path.split("?", 1)[0].removeprefix(API)
        template, operation = self.operation(method, path)
        if operation is None:
            return [f"{method} {path} is not in the contract"]
        where = f"{method} {template}"
        said = operation["responses"].get(str(answer.status))
        if said is None:
            return [f"{where}: {answer.status} is none of {sorted(operation['responses'])}"]
        content = said.get("content", {}).get("application/json")
        if content is None:
            return [] if answer.body == "" else [f"{where}: a body where none belongs"]
        return self.check(content["schema"], answer.json, where)

    def resolve(self, schema):
        while "$ref" in schema:
            schema = self.schemas[schema["$ref"].rsplit("/", 1)[-1]]
        return schema

    def check(self, schema, value, where):
        nullable = schema.get("nullable", False)
        schema = self.resolve(schema)
        nullable = nullable or schema.get("nullable", False)
        if value is None:
            return [] if nullable or not schema else [f"{where} is null"]
        if "allOf" in schema:
            return [line for part in schema["allOf"] for line in self.check(part, value, where)]
        if "oneOf" in schema:
            return self.check_one_of(schema, value, where)
        if "enum" in schema and value not in schema["enum"]:
            return [f"{where} is {value!r}, none of {schema['enum']}"]
        return self.check_type(schema, value, where)

    def check_one_of(self, schema, value, where):
        mapping = schema.get("discriminator", {}).get("mapping")
        if mapping:
            name = value.get(schema["discriminator"]["propertyName"])
            if name not in mapping:
                return [f"{where}: {name!r} is no {schema['discriminator']['propertyName']}"]
            return self.check({"$ref": mapping[name]}, value, where)
        tried = [self.check(one, value, where) for one in schema["oneOf"]]
        return [] if any(not one for one in tried) else tried[0]

    def check_type(self, schema, value, where):
        kind = schema.get("type")
        if kind == "object":
            return self.check_object(schema, value, where)
        if kind == "array":
            if not isinstance(value, list):
                return [f"{where} is no list"]
            return [line for i, one in enumerate(value)
                    for line in self.check(schema["items"], one, f"{where}[{i}]")]
        types = {"string": str, "integer": int, "number": (int, float), "boolean": bool}
        if kind in types and (not isinstance(value, types[kind]) or (kind != "boolean" and isinstance(value, bool))):
            return [f"{where} is {value!r}, no {kind}"]
        form = {"uuid": r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\Z",
                "date-time": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z\Z"}.get(schema.get("format"))
        if form and not re.match(form, value):
            return [f"{where} is {value!r}, no {schema['format']}"]
        return []

    def check_object(self, schema, value, where):
        if not isinstance(value, dict):
            return [f"{where} is no object"]
        properties = schema.get("properties", {})
        out = [f"{where}.{name} is missing" for name in schema.get("required", []) if name not in value]
        for name, one in value.items():
            if name in properties:
                out += self.check(properties[name], one, f"{where}.{name}")
            elif schema.get("additionalProperties") in (None, False) and properties:
                out.append(f"{where}.{name} is unknown")
        return out
