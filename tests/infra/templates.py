"""The Bicep templates as parsed, and what stands in them."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from pycep import BicepParser

ROOT = Path(__file__).parents[2]
INFRA = ROOT / "infra"
NAMES = sorted(file.stem for file in INFRA.glob("*.bicep"))
# What names of the template stand for in the app's settings, where their form matters.
STAND_INS = {
    "mailFrom": "DoNotReply@mail.test",
    "mailEndpoint": "https://mail.test",
    "issuer": "https://login.test",
    "databricksAccess": "unity-catalog",
    "databricksHost": "https://adb-1234.5.azuredatabricks.net",
    "palantirAccess": "foundry",
    "foundryHostname": "company.palantirfoundry.com",
    "foundryRoleIds": '{"Viewer": "1"}',
}


def text_of(name: str) -> str:
    return (INFRA / f"{name}.bicep").read_text(encoding="utf-8")


@cache
def template(name: str) -> Any:
    """The parser's tree of infra/<name>.bicep."""
    return BicepParser().parse(text=text_of(name))


def properties(name: str, resource: str) -> Any:
    return template(name)["resources"][resource]["config"]["properties"]


def default(name: str, parameter: str) -> Any:
    return template(name)["parameters"][parameter]["default"]


def app_settings(*, connected: bool = False) -> dict[str, str]:
    """What the templates tell the app, with a stand-in for whatever only Azure or a person knows."""
    variables = template("main")["variables"]
    given = dict(template("api")["variables"]["tokenSettings"]["value"])
    if connected:
        given |= {**variables["databricksSettings"]["value"], **variables["foundrySettings"]["value"]}
    given |= properties("api", "settings")["function"]["parameters"]["arg_4"]
    return {name: _value(value) for name, value in given.items()}


def _value(value: Any) -> str:
    if isinstance(value, dict):  # a function or another resource's property
        converted = value.get("function", {}).get("parameters", {}).get("value_to_convert")
        variables = template("api")["variables"]
        return str(variables[converted]["value"]) if converted in variables else STAND_INS.get(converted, "something")
    filled = re.sub(r"\$\{environment\(\)[^}]+\}", "https://login.test/", value)
    return STAND_INS.get(value) or re.sub(r"\$\{[^}]+\}", "something", filled)


def modules() -> Iterator[tuple[str, str, set[str]]]:
    """Who uses which module, with which parameters."""
    for name in NAMES:
        for module in template(name).get("modules", {}).values():
            config = module["config"]
            while "params" not in config:  # inside a condition or a loop
                config = config["config"]
            yield name, module["detail"]["path"].removesuffix(".bicep"), set(config["params"])
