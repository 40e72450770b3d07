"""A mail server for tests: Debian's python3-aiosmtpd, with moods.

Every letter that it takes lies as JSON in the folder, parsed by Python's own mail library, so that what a mail program would see is
judged by code that is not ours. The mood stands in the file `mood` of the folder and may change at any time.
"""

import argparse
import asyncio
import json
import os
import ssl
from email import message_from_bytes, policy

from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword


def mood(folder):
    try:
        with open(os.path.join(folder, "mood"), encoding="utf-8") as file:
            return file.read().strip()
    except FileNotFoundError:
        return "fine"


def part(message, kind):
    found = message.get_body(preferencelist=(kind,))
    return found.get_content() if found is not None else ""


class Handler:
    def __init__(self, folder):
        self.folder = folder
        self.taken = 0

    async def handle_MAIL(self, server, session, envelope, address, options):
        if mood(self.folder) == "busy":
            return "421 4.3.2 come back later"
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 2.1.0 fine"

    async def handle_RCPT(self, server, session, envelope, address, options):
        if mood(self.folder) == "greylist":
            return "450 4.2.0 greylisted, try again in five minutes"
        if mood(self.folder) == "no such user":
            return f"550 5.1.1 <{address}>: there is no such user"
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 2.1.5 fine"

    async def handle_DATA(self, server, session, envelope):
        now = mood(self.folder)
        if now == "refuse":
            return "554 5.7.1 this looks like junk"
        self.keep(session, envelope)
        if now == "hang up":
            # It has the letter, and nobody is told.
            server.transport.close()
        return f"250 2.0.0 taken as {self.taken}"

    def keep(self, session, envelope):
        self.taken += 1
        message = message_from_bytes(envelope.original_content, policy=policy.default)
        letter = {
            "mail_from": envelope.mail_from,
            "rcpt_tos": envelope.rcpt_tos,
            "headers": [[name, str(value)] for name, value in message.items()],
            "text": part(message, "plain"),
            "html": part(message, "html"),
            "encrypted": session.ssl is not None,
            "user": session.auth_data.login.decode() if session.auth_data else None,
        }
        path = os.path.join(self.folder, f"{self.taken:06}.json")
        with open(path + ".part", "w", encoding="utf-8") as file:
            json.dump(letter, file)
        os.rename(path + ".part", path)


def authenticator(user, password):
    def check(server, session, envelope, mechanism, data):
        right = isinstance(data, LoginPassword) and data.login == user.encode() and data.password == password.encode()
        return AuthResult(success=right, handled=right, auth_data=data if right else None)

    return check


async def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--folder", required=True)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--certificate")
    parser.add_argument("--key")
    parser.add_argument("--user")
    parser.add_argument("--password")
    given = parser.parse_args()
    options = {"hostname": "mail.test", "enable_SMTPUTF8": True}
    if given.certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(given.certificate, given.key)
        options.update(tls_context=context, require_starttls=True)
    if given.user:
        options.update(
            authenticator=authenticator(given.user, given.password),
            auth_required=True,
            auth_require_tls=given.certificate is not None,
        )
    handler = Handler(given.folder)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(handler, loop=loop, **options), "127.0.0.1", given.port)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


asyncio.run(main())
