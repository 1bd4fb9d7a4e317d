"""The distribution: one name for the pages and the API, served from CloudFront's edges.

Pages come from a bucket that nobody else can read, everything under `/v1/` from the API. What
everybody may read is kept at the edge as long as its own Cache-Control says; all else is passed on
with who is signed in. Its certificate and its firewall have to be in us-east-1 (virginia.py), and
their ARNs are parameters here: without them there is no distribution, and the API is as it was.
"""

from typing import Any

from infra.stack import edge_secret, pages
from infra.stack.functions import full_name
from infra.stack.stages import Stage

BUCKET = "PagesBucket"
"""The logical id."""

DISTRIBUTION = "Edge"
"""The logical id."""

PARAMETERS = {
    **edge_secret.PARAMETERS,
    "EdgeDomainName": {
        "Type": "String",
        "Default": "",
        "AllowedPattern": "([a-z0-9-]+\\.)+[a-z]+|",
        "Description": "The name of pages and API together; it is the one of EdgeCertificateArn.",
    },
    "EdgeCertificateArn": {
        "Type": "String",
        "Default": "",
        "AllowedPattern": "arn:aws:acm:us-east-1:.+|",
        "Description": "The output CertificateArn of edge.json; empty for no distribution.",
    },
    "EdgeFirewallArn": {
        "Type": "String",
        "Default": "",
        "AllowedPattern": "arn:aws:wafv2:us-east-1:.+|",
        "Description": "The output FirewallArn of edge.json.",
    },
}

CONDITIONS = {
    **edge_secret.CONDITIONS,
    "HasEdge": {"Fn::Not": [{"Fn::Equals": [{"Ref": "EdgeCertificateArn"}, ""]}]},
}

# CloudFront developer guide, "Use managed cache policies", "... managed origin request policies".
CACHING_DISABLED = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
ALL_BUT_HOST = "b689b0a8-53d0-40ab-baf2-68738e2966ac"
"""API Gateway knows itself by Host. X-Forwarded-For is always passed on, and no CloudFront-Viewer-*
is: a policy that has these beside Authorization has Host too (docs/adr/0055)."""

FOREVER_SECONDS = 31_536_000

KEPT = ("/v1/offices*", "/v1/openapi.json")
"""What the edge keeps of the API: public routes alone (a test compares)."""

ERRORS = (400, 403, 404, 405, 414, 500, 501, 502, 503, 504)
"""Those that CloudFront would keep for ten seconds whatever their Cache-Control says, and show to
somebody else who asks for the same path (developer guide, "Control how long CloudFront caches
errors")."""

METHODS = ["GET", "HEAD", "OPTIONS", "PUT", "PATCH", "POST", "DELETE"]
READING = ["GET", "HEAD"]


def resources(stage: Stage) -> dict[str, Any]:
    """{logical id: resource} of the distribution and of what it needs, all of it with an edge."""
    made = {
        BUCKET: _bucket(),
        "PagesBucketPolicy": _bucket_policy(),
        "PagesAccess": {
            "Type": "AWS::CloudFront::OriginAccessControl",
            "Properties": {
                "OriginAccessControlConfig": {
                    "Name": full_name(stage, "pages"),
                    "OriginAccessControlOriginType": "s3",
                    "SigningBehavior": "always",
                    "SigningProtocol": "sigv4",
                }
            },
        },
        "PagesHeaders": _headers(stage),
        "PagesKept": _cache_policy(full_name(stage, "pages"), "none"),
        "ReadsKept": _cache_policy(full_name(stage, "reads"), "all", "Accept-Language"),
        DISTRIBUTION: {
            "Type": "AWS::CloudFront::Distribution",
            "Properties": {"DistributionConfig": _distribution(stage)},
        },
    }
    return {
        **edge_secret.resources(stage.name),
        **{name: {"Condition": "HasEdge", **one} for name, one in made.items()},
    }


def outputs() -> dict[str, Any]:
    """What the next steps of a deployment ask for."""
    values = {
        "EdgeAddress": {"Fn::GetAtt": [DISTRIBUTION, "DomainName"]},
        "DistributionId": {"Ref": DISTRIBUTION},
    }
    return {name: {"Condition": "HasEdge", "Value": value} for name, value in values.items()}


def _bucket() -> dict[str, Any]:
    return {
        "Type": "AWS::S3::Bucket",
        "DeletionPolicy": "RetainExceptOnCreate",
        "UpdateReplacePolicy": "Retain",
        "Properties": {
            "BucketEncryption": {
                "ServerSideEncryptionConfiguration": [
                    {"ServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}
                ]
            },
            "LifecycleConfiguration": {
                "Rules": [
                    {
                        "Id": "overwritten",
                        "Status": "Enabled",
                        "NoncurrentVersionExpiration": {"NoncurrentDays": 90},
                        "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 7},
                    }
                ]
            },
            "OwnershipControls": {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]},
            "PublicAccessBlockConfiguration": {
                "BlockPublicAcls": True,
                "BlockPublicPolicy": True,
                "IgnorePublicAcls": True,
                "RestrictPublicBuckets": True,
            },
            "VersioningConfiguration": {"Status": "Enabled"},
        },
    }


def _bucket_policy() -> dict[str, Any]:
    """The distribution reads; and it may list, or S3 would say 403 of what is not there."""
    bucket = {"Fn::GetAtt": [BUCKET, "Arn"]}
    files = {"Fn::Sub": f"${{{BUCKET}.Arn}}/*"}
    arn = (
        f"arn:${{AWS::Partition}}:cloudfront::${{AWS::AccountId}}:distribution/${{{DISTRIBUTION}}}"
    )
    through_it = {"StringEquals": {"AWS:SourceArn": {"Fn::Sub": arn}}}
    reads = {
        "Effect": "Allow",
        "Principal": {"Service": "cloudfront.amazonaws.com"},
        "Condition": through_it,
    }
    return {
        "Type": "AWS::S3::BucketPolicy",
        "Properties": {
            "Bucket": {"Ref": BUCKET},
            "PolicyDocument": {
                "Version": "2012-10-17",
                "Statement": [
                    {"Sid": "Reads", **reads, "Action": "s3:GetObject", "Resource": files},
                    {
                        "Sid": "MissesNothing",
                        **reads,
                        "Action": "s3:ListBucket",
                        "Resource": bucket,
                    },
                    {
                        "Sid": "EncryptedOnly",
                        "Effect": "Deny",
                        "Principal": "*",
                        "Action": "s3:*",
                        "Resource": [bucket, files],
                        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
                    },
                ],
            },
        },
    }


def _headers(stage: Stage) -> dict[str, Any]:
    """The headers of the pages; CloudFront takes some of them only under names of its own."""
    rest = dict(pages.HEADERS)
    policy, referrer = rest.pop("Content-Security-Policy"), rest.pop("Referrer-Policy")
    seconds = rest.pop("Strict-Transport-Security").removeprefix("max-age=")
    assert rest.pop("X-Content-Type-Options") == "nosniff"
    return {
        "Type": "AWS::CloudFront::ResponseHeadersPolicy",
        "Properties": {
            "ResponseHeadersPolicyConfig": {
                "Name": full_name(stage, "pages"),
                "SecurityHeadersConfig": {
                    "ContentSecurityPolicy": {"ContentSecurityPolicy": policy, "Override": True},
                    "ContentTypeOptions": {"Override": True},
                    "ReferrerPolicy": {"ReferrerPolicy": referrer, "Override": True},
                    "StrictTransportSecurity": {
                        "AccessControlMaxAgeSec": int(seconds),
                        "IncludeSubdomains": False,
                        "Preload": False,
                        "Override": True,
                    },
                },
                "CustomHeadersConfig": {
                    "Items": [
                        {"Header": name, "Value": value, "Override": True}
                        for name, value in rest.items()
                    ]
                },
            }
        },
    }


def _cache_policy(name: str, query: str, *headers: str) -> dict[str, Any]:
    """Keeps what says how long it may be kept; the key is path, encoding, and what is named."""
    listed = {"HeaderBehavior": "whitelist", "Headers": list(headers)}
    return {
        "Type": "AWS::CloudFront::CachePolicy",
        "Properties": {
            "CachePolicyConfig": {
                "Name": name,
                "MinTTL": 0,
                "DefaultTTL": 0,
                "MaxTTL": FOREVER_SECONDS,
                "ParametersInCacheKeyAndForwardedToOrigin": {
                    "CookiesConfig": {"CookieBehavior": "none"},
                    "HeadersConfig": listed if headers else {"HeaderBehavior": "none"},
                    "QueryStringsConfig": {"QueryStringBehavior": query},
                    "EnableAcceptEncodingGzip": True,
                    "EnableAcceptEncodingBrotli": True,
                },
            }
        },
    }


def _distribution(stage: Stage) -> dict[str, Any]:
    secure = {"ViewerProtocolPolicy": "redirect-to-https"}
    of_api = {
        **secure,
        "TargetOriginId": "api",
        "AllowedMethods": METHODS,
        "CachedMethods": READING,
    }
    kept = {**of_api, "CachePolicyId": {"Ref": "ReadsKept"}, "Compress": True}
    passed_on = {
        **of_api,
        "CachePolicyId": CACHING_DISABLED,
        "OriginRequestPolicyId": ALL_BUT_HOST,
    }
    return {
        "Comment": full_name(stage, "edge"),
        "Enabled": True,
        "Aliases": [{"Ref": "EdgeDomainName"}],
        "HttpVersion": "http2and3",
        "IPV6Enabled": True,
        "PriceClass": "PriceClass_200",  # the cheapest that has Jakarta
        "WebACLId": {"Fn::Sub": "${EdgeFirewallArn}"},
        "ViewerCertificate": {
            "AcmCertificateArn": {"Ref": "EdgeCertificateArn"},
            "MinimumProtocolVersion": "TLSv1.2_2021",
            "SslSupportMethod": "sni-only",
        },
        "DefaultRootObject": pages.FRONT,
        "Origins": [_of_pages(), _of_api()],
        "DefaultCacheBehavior": {
            **secure,
            "TargetOriginId": "pages",
            "AllowedMethods": READING,
            "CachedMethods": READING,
            "CachePolicyId": {"Ref": "PagesKept"},
            "ResponseHeadersPolicyId": {"Ref": "PagesHeaders"},
            "Compress": True,
        },
        "CacheBehaviors": [
            *({"PathPattern": path, **kept} for path in KEPT),
            {"PathPattern": "/v1/*", **passed_on},
        ],
        # No page in place of any error: only for how long it is kept.
        "CustomErrorResponses": [
            {"ErrorCode": status, "ErrorCachingMinTTL": 0} for status in ERRORS
        ],
    }


def _of_pages() -> dict[str, Any]:
    return {
        "Id": "pages",
        "DomainName": {"Fn::GetAtt": [BUCKET, "RegionalDomainName"]},
        "OriginAccessControlId": {"Ref": "PagesAccess"},
        "S3OriginConfig": {"OriginAccessIdentity": ""},
    }


def _of_api() -> dict[str, Any]:
    """By the API's own name, if it has one, for then it has no other."""
    address = {"Fn::Sub": "${RestAPI}.execute-api.${AWS::Region}.${AWS::URLSuffix}"}
    # SAM makes `RestAPI.Stage` a reference to the stage, which has to be there first.
    stage = {"Fn::Sub": "/${RestAPI.Stage}"}
    return {
        "Id": "api",
        "DomainName": {"Fn::If": ["HasDomain", {"Ref": "DomainName"}, address]},
        "OriginPath": {"Fn::If": ["HasDomain", "", stage]},
        "OriginCustomHeaders": [edge_secret.header()],
        "CustomOriginConfig": {
            "OriginProtocolPolicy": "https-only",
            "OriginSSLProtocols": ["TLSv1.2"],
        },
    }
