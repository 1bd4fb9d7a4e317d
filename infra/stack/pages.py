"""The headers of the pages: the distribution sends them, and so does the local server."""

from chalicelib.api.responses import HEADERS as OF_THE_API

POLICY = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "worker-src 'self'",
        "media-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types sw",
    ]
)
"""What a page may do: everything is of its own origin, and no text becomes a script."""

HEADERS = {
    "Content-Security-Policy": POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), geolocation=(self), microphone=()",
    "Referrer-Policy": "no-referrer",
    "Strict-Transport-Security": OF_THE_API["Strict-Transport-Security"],
    "X-Content-Type-Options": OF_THE_API["X-Content-Type-Options"],
}

HASHED = "assets/"
"""Where files are whose name has a hash of what is in them."""

ICONS = frozenset({"icon.svg", "icon-192.png", "icon-512.png", "apple-touch-icon.png"})
"""Browsers ask for them at every step of the way, unless they may keep them. An iPhone finds its
own by its name: no page links it."""

VOICE = "voice/"
"""Where the words are that the board says: one file for each, so that one can be taken again."""

TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".opus": "audio/ogg",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".webmanifest": "application/manifest+json",
}
"""{ending: media type} of all files there are."""

FRONT = "index"
"""The page at `/`. A page has no ending in its address: `meja.html` is at `/meja`."""


def cache_control(name: str) -> str:
    """How long a file may be kept: forever where another content would have another name."""
    if name.startswith(HASHED):
        return "public, max-age=31536000, immutable"
    a_day = name in ICONS or name.startswith(VOICE)
    return "public, max-age=86400" if a_day else "no-cache"
