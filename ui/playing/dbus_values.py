"""Values for D-Bus in the exact types that an interface asks for.

Qt for Python sends a whole number as 32 bits where it fits, and MPRIS asks for 64. A property that
is declared as 64 bits keeps its type, so numbers are read back from one: Qt answers a call to the
own process itself, at once.
"""

import ctypes
from collections.abc import Mapping

from PySide6.QtCore import ClassInfo, Property, QMetaType, QObject
from PySide6.QtDBus import (
    QDBusAbstractAdaptor,
    QDBusArgument,
    QDBusConnection,
    QDBusMessage,
    QDBusVariant,
)

_PATH = "/segue/number"
_INTERFACE = "segue.Number"
_PROPERTIES = "org.freedesktop.DBus.Properties"
_LIBRARY = "libdbus-1.so.3"


class WideNumbers(QObject):
    """Makes 64-bit numbers for one connection."""

    def __init__(self, bus: QDBusConnection, parent: QObject | None = None) -> None:
        """Register the number that is read back."""
        super().__init__(parent)
        self._bus = bus
        self._number = _Number(self)
        bus.registerObject(_PATH, self, QDBusConnection.RegisterOption.ExportAdaptors)

    def variant(self, number: int) -> QDBusVariant:
        """A number as a variant of type x."""
        self._number.number = number
        call = QDBusMessage.createMethodCall(self._bus.baseService(), _PATH, _PROPERTIES, "Get")
        call.setArguments([_INTERFACE, "Value"])
        value: QDBusVariant = self._bus.call(call).arguments()[0]
        return value

    def send_signal(self, path: str, interface: str, name: str, number: int) -> None:
        """A signal with one argument of type x; by libdbus itself, which Qt has loaded."""
        library = ctypes.CDLL(_LIBRARY)
        library.dbus_message_new_signal.restype = ctypes.c_void_p
        message = library.dbus_message_new_signal(path.encode(), interface.encode(), name.encode())
        library.dbus_message_append_args(
            ctypes.c_void_p(message),
            ctypes.c_int(ord("x")),
            ctypes.byref(ctypes.c_int64(number)),
            ctypes.c_int(0),
        )
        connection = ctypes.c_void_p(int(self._bus.internalPointer()))
        library.dbus_connection_send(connection, ctypes.c_void_p(message), None)
        library.dbus_message_unref(ctypes.c_void_p(message))

    def close(self) -> None:
        """Take the number away."""
        self._bus.unregisterObject(_PATH)


def variant_map(entries: Mapping[str, QDBusVariant]) -> QDBusArgument:
    """Names and values as a{sv}."""
    argument = QDBusArgument()
    argument.beginMap(QMetaType(QMetaType.Type.QString.value), QMetaType.fromName(b"QDBusVariant"))
    for name, value in entries.items():
        argument.beginMapEntry()
        argument.appendVariant(name)
        argument.appendVariant(value)
        argument.endMapEntry()
    argument.endMap()
    return argument


def no_names() -> QDBusArgument:
    """An empty list of names as "as", which Qt for Python would send as "av"."""
    argument = QDBusArgument()
    argument.beginArray(QMetaType(QMetaType.Type.QString.value))
    argument.endArray()
    return argument


# The stubs take this decorator for a plain class.
@ClassInfo({"D-Bus Interface": _INTERFACE})  # type: ignore[call-arg]
class _Number(QDBusAbstractAdaptor):  # type: ignore[operator]
    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.number = 0

    def _get(self) -> int:
        return self.number

    Value = Property("qlonglong", _get)  # type: ignore[arg-type]
