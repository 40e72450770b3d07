"""Hands one letter over with Python's own library: hand_over.py lmtp|smtp PORT FROM TO < letter"""

import smtplib
import sys

kind, port, sender, recipient = sys.argv[1:5]
letter = sys.stdin.buffer.read()
way = smtplib.LMTP if kind == "lmtp" else smtplib.SMTP
client = way("127.0.0.1", int(port))
try:
    client.sendmail(sender, [recipient], letter)
    print("taken")
except smtplib.SMTPRecipientsRefused as refused:
    print("refused", list(refused.recipients.values())[0][0])
except smtplib.SMTPResponseException as refused:
    print("refused", refused.smtp_code)
finally:
    try:
        client.quit()
    except smtplib.SMTPException:
        pass
