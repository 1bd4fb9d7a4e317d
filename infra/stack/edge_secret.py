"""What the distribution shows to the API: that it was the distribution that passed a request on.

CloudFormation makes the secret, and nobody has to look at it. It is replaced by another in three
deployments (docs/operations.md): the parameter says which there are, and which one is sent. The
firewall and the functions believe both, so it does not matter that each changes in its own time.
"""

from typing import Any

from infra.stack import keys

HEADER = "Antrian-Edge"
"""As chalicelib/api/viewer.py knows it."""

SECRETS = ("EdgeASecret", "EdgeBSecret")
"""The logical ids. They have no names of their own: a new one may come while an old one goes."""

PARAMETERS = {
    "EdgeSecrets": {
        "Type": "String",
        "Default": "A",
        "AllowedValues": ["A", "A-and-B", "B-and-A", "B"],
        "Description": "The secrets of the distribution: it sends the first, both are believed.",
    }
}


def _is(*settings: str) -> dict[str, Any]:
    """With an edge, whether the parameter has one of these values."""
    each = [{"Fn::Equals": [{"Ref": "EdgeSecrets"}, setting]} for setting in settings]
    return {"Fn::And": [{"Condition": "HasEdge"}, {"Fn::Or": each}]}


CONDITIONS = {
    "EdgeHasSecretA": _is("A", "A-and-B", "B-and-A"),
    "EdgeHasSecretB": _is("A-and-B", "B-and-A", "B"),
    "EdgeHasBothSecrets": _is("A-and-B", "B-and-A"),
    "EdgeSendsB": _is("B-and-A", "B"),
}


def resources(stage: str) -> dict[str, Any]:
    """{logical id: resource} of the secrets. Nothing is lost with one, so none outlives its use."""
    return {
        logical_id: {
            "Type": "AWS::SecretsManager::Secret",
            "Condition": f"EdgeHasSecret{which}",
            "Properties": {
                "Description": f"Antrian Paspor {stage}: sent by the distribution ({which})",
                "ReplicaRegions": [{"Region": keys.REPLICA_REGION}],
                "GenerateSecretString": {
                    "SecretStringTemplate": "{}",
                    "GenerateStringKey": "key",
                    "PasswordLength": 64,
                    "ExcludePunctuation": True,
                },
            },
        }
        for which, logical_id in zip("AB", SECRETS, strict=True)
    }


def environment() -> dict[str, Any]:
    """Where the functions find what they believe."""
    a, b = ({"Ref": secret} for secret in SECRETS)
    sent, other = ({"Fn::If": ["EdgeSendsB", *pair]} for pair in ((b, a), (a, b)))
    return {
        "EDGE_SECRET": {"Fn::If": ["HasEdge", sent, ""]},
        "SECOND_EDGE_SECRET": {"Fn::If": ["EdgeHasBothSecrets", other, ""]},
    }


def header() -> dict[str, Any]:
    """What the distribution adds to each request that it passes on to the API."""
    a, b = map(_value, SECRETS)
    return {"HeaderName": HEADER, "HeaderValue": {"Fn::If": ["EdgeSendsB", b, a]}}


def is_shown() -> dict[str, Any]:
    """The firewall's statement that a request shows one of the secrets there are."""
    a, b = map(_shows, SECRETS)
    either = {"OrStatement": {"Statements": [a, b]}}
    return {"Fn::If": ["EdgeHasBothSecrets", either, {"Fn::If": ["EdgeSendsB", b, a]}]}


def _shows(secret: str) -> dict[str, Any]:
    return {
        "ByteMatchStatement": {
            "FieldToMatch": {"SingleHeader": {"Name": HEADER.lower()}},
            "SearchString": _value(secret),
            "PositionalConstraint": "EXACTLY",
            "TextTransformations": [{"Priority": 0, "Type": "NONE"}],
        }
    }


def _value(secret: str) -> dict[str, Any]:
    """CloudFormation puts in what the secret holds, whenever this text has changed."""
    return {"Fn::Sub": f"{{{{resolve:secretsmanager:${{{secret}}}:SecretString:key}}}}"}
