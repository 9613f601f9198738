"""The attributes that run scripts in SVG.

COMPAT: imgproxy's list (processing/svg), not every name that begins with `on`.
"""

# fmt: off
EVENTS = frozenset({
    "onafterprint", "onafterscriptexecute", "onanimationcancel", "onanimationend", "onanimationiteration",
    "onanimationstart", "onauxclick", "onbeforecopy", "onbeforecut", "onbeforeinput", "onbeforeprint",
    "onbeforescriptexecute", "onbeforeunload", "onbegin", "onblur", "onbounce", "oncanplay", "oncanplaythrough",
    "onchange", "onclick", "onclose", "oncontextmenu", "oncopy", "oncuechange", "oncut", "ondblclick", "ondrag",
    "ondragend", "ondragenter", "ondragleave", "ondragover", "ondragstart", "ondrop", "ondurationchange",
    "onend", "onended", "onerror", "onfinish", "onfocus", "onfocusin", "onfocusout", "onfullscreenchange",
    "onhashchange", "oninput", "oninvalid", "onkeydown", "onkeypress", "onkeyup", "onload", "onloadeddata",
    "onloadedmetadata", "onloadend", "onloadstart", "onmessage", "onmousedown", "onmouseenter", "onmouseleave",
    "onmousemove", "onmouseout", "onmouseover", "onmouseup", "onmousewheel", "onmozfullscreenchange",
    "onpagehide", "onpageshow", "onpaste", "onpause", "onplay", "onplaying", "onpointerdown", "onpointerenter",
    "onpointerleave", "onpointermove", "onpointerout", "onpointerover", "onpointerrawupdate", "onpointerup",
    "onpopstate", "onprogress", "onratechange", "onrepeat", "onreset", "onresize", "onscroll", "onsearch",
    "onseeked", "onseeking", "onselect", "onselectionchange", "onselectstart", "onshow", "onstart", "onsubmit",
    "ontimeupdate", "ontoggle", "ontouchend", "ontouchmove", "ontouchstart", "ontransitioncancel",
    "ontransitionend", "ontransitionrun", "ontransitionstart", "onunhandledrejection", "onunload",
    "onvolumechange", "onwebkitanimationend", "onwebkitanimationiteration", "onwebkitanimationstart",
    "onwebkittransitionend", "onwheel",
})
# fmt: on
