"""The two interfaces of MPRIS 2.2 as they are described on the bus."""

MIME_TYPES = (
    "audio/aac",
    "audio/flac",
    "audio/mp4",
    "audio/mpeg",
    "audio/ogg",
    "audio/opus",
    "audio/vorbis",
    "audio/x-aiff",
    "audio/x-ms-wma",
    "audio/x-wav",
)


def _methods(*names: str) -> str:
    return "".join(f'<method name="{name}"/>' for name in names)


def _properties(access: str, **types: str) -> str:
    return "".join(
        f'<property name="{name}" type="{type_}" access="{access}"/>'
        for name, type_ in types.items()
    )


_ROOT = _methods("Raise", "Quit") + _properties(
    "read",
    CanQuit="b",
    CanRaise="b",
    HasTrackList="b",
    Identity="s",
    DesktopEntry="s",
    SupportedUriSchemes="as",
    SupportedMimeTypes="as",
)

_PLAYER = (
    _methods("Next", "Previous", "Pause", "PlayPause", "Stop", "Play")
    + '<method name="Seek"><arg name="Offset" type="x" direction="in"/></method>'
    + '<method name="SetPosition"><arg name="TrackId" type="o" direction="in"/>'
    + '<arg name="Position" type="x" direction="in"/></method>'
    + '<method name="OpenUri"><arg name="Uri" type="s" direction="in"/></method>'
    + '<signal name="Seeked"><arg name="Position" type="x"/></signal>'
    + _properties("readwrite", LoopStatus="s", Rate="d", Shuffle="b", Volume="d")
    + _properties(
        "read",
        PlaybackStatus="s",
        Metadata="a{sv}",
        Position="x",
        MinimumRate="d",
        MaximumRate="d",
        CanGoNext="b",
        CanGoPrevious="b",
        CanPlay="b",
        CanPause="b",
        CanSeek="b",
        CanControl="b",
    )
)

# Qt adds the interface of properties itself.
INTROSPECTION = (
    f'<interface name="org.mpris.MediaPlayer2">{_ROOT}</interface>'
    f'<interface name="org.mpris.MediaPlayer2.Player">{_PLAYER}</interface>'
)
