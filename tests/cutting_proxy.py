"""A TCP proxy on loopback that breaks connections at a chosen moment of their talk."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress


class CuttingProxy:
    """Passes everything on to `target`, and breaks a connection before its client's message number `cut_before`."""

    def __init__(self, target: tuple[str, int]) -> None:
        self.cut_before: int | None = None
        self.messages = 0
        self._target = target
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._accept)

    def start(self) -> None:
        self._thread.start()

    def close(self) -> None:
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join()

    def _accept(self) -> None:
        connections: list[threading.Thread] = []
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                connections.append(threading.Thread(target=self._serve, args=(client,)))
                connections[-1].start()
        for connection in connections:
            connection.join()

    def _serve(self, client: socket.socket) -> None:
        self.messages = 0
        with client, socket.create_connection(self._target) as server:
            answers = threading.Thread(target=self._pass_answers, args=(server, client))
            answers.start()
            with suppress(OSError):
                while message := client.recv(65536):
                    self.messages += 1
                    if self.messages == self.cut_before:
                        break
                    server.sendall(message)
            for end in (client, server):
                with suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)
            answers.join()

    @staticmethod
    def _pass_answers(server: socket.socket, client: socket.socket) -> None:
        with suppress(OSError):
            while answer := server.recv(65536):
                client.sendall(answer)


@contextmanager
def cutting_proxy(host: str, port: int) -> Iterator[CuttingProxy]:
    proxy = CuttingProxy((host, port))
    proxy.start()
    try:
        yield proxy
    finally:
        proxy.close()
