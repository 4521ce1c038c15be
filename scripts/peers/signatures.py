"""Signatures in both directions against other implementations: signatures.py BINARY"""
import base64, json, subprocess, sys, time

import openai, standardwebhooks
from datetime import datetime, timezone

binary = sys.argv[1]
secret = "whsec_" + base64.b64encode(bytes(range(32))).decode()
other = "whsec_" + base64.b64encode(bytes(range(1, 33))).decode()
bodies = [b'{"type":"response.completed","data":{"id":"resp_1"},"id":"evt_1","object":"event","created_at":1}',
          '{"title":"Zürich 12 €"}'.encode(), b"", b'{"a": 1}\n', b"x" * 20_000]


def ours(command, *options, body=b""):
    done = subprocess.run([binary, "webhook", command, *options], input=body, capture_output=True)
    return done.returncode, done.stdout.decode().strip()


count = 0
for number, body in enumerate(bodies):
    id, now = f"msg_{number}", int(time.time())
    moment = datetime.fromtimestamp(now, timezone.utc)
    theirs = standardwebhooks.Webhook(secret).sign(id, moment, body.decode())
    for key, expected in [(secret, 0), (other, 1)]:
        code, said = ours("verify", "--secret", key, "--id", id, "--timestamp", str(now), "--signature", theirs,
                          body=body)
        assert code == expected, (number, key == secret, code, said)
    code, mine = ours("sign", "--secret", secret, "--id", id, "--timestamp", str(now), body=body)
    assert code == 0 and mine == theirs, (number, mine, theirs)
    headers = {"webhook-id": id, "webhook-timestamp": str(now), "webhook-signature": mine}
    client = openai.OpenAI(api_key="none", webhook_secret=secret)
    client.webhooks.verify_signature(body.decode(), headers)
    if number == 0:
        json.loads(body)
        standardwebhooks.Webhook(secret).verify(body.decode(), headers)
        assert client.webhooks.unwrap(body.decode(), headers).data.id == "resp_1"
    try:
        openai.OpenAI(api_key="none", webhook_secret=other).webhooks.verify_signature(body.decode(), headers)
        raise SystemExit("another key was taken")
    except openai.InvalidWebhookSignatureError:
        pass
    count += 1
from importlib.metadata import version
print(f"signatures: standardwebhooks {version('standardwebhooks')} and openai {version('openai')} agree with ours on "
      f"{count} bodies, both ways, and refuse another key")
