"""A switch port with 802.1X: hostapd as the switch and wpa_supplicant as the device on it, both by the wired driver, at
the two ends of a cable (veth) in a network namespace of this test's own; postern is their RADIUS server.

Importing this module runs it again inside that namespace; where namespaces are not permitted the tests are skipped."""

import os
import re
import subprocess
import sys
import unittest
from pathlib import Path

from accounting_test import sessions
from radiuswire import LISTEN, SECRET, address, blueprint
from support import CALM, PosternCase, eventually

ROOT = Path(os.environ.get("POSTERN_PEERS") or Path(__file__).resolve().parents[2] / "build" / "peers")
MARK = "POSTERN_WIRED_WORLD"
SETTINGS = LISTEN + "  radius_accounting: 127.0.0.1:0\n" + CALM
SWITCH, DEVICE = "postern-sw", "postern-dev"
CABLE = f"""set -e
ip link set lo up
ip link add {SWITCH} type veth peer name {DEVICE}
ip link set {SWITCH} up
ip link set {DEVICE} up
exec "$@"
"""
REASON = ""


def enter():
    global REASON
    if MARK in os.environ:
        return
    flags = ["-n"] if os.geteuid() == 0 else ["-U", "-r", "-n"]
    inside = ["unshare", *flags, "sh", "-c", CABLE, "sh"]
    tried = subprocess.run([*inside, "true"], capture_output=True, text=True, check=False)
    if tried.returncode != 0:
        REASON = f"no network namespaces with a cable here: {tried.stderr.strip()}"
        return
    done = subprocess.run([*inside, sys.executable, "-B", "-m", "unittest", *sys.argv[1:]],
                          env={**os.environ, MARK: "1"}, check=False)
    sys.stdout.flush()
    os._exit(done.returncode)


enter()


@unittest.skipIf(REASON, REASON)
class SwitchPort(PosternCase):
    def setUp(self):
        super().setUp()
        self.server = self.postern(SETTINGS, listen=False, start=True)
        self.server.add_user("alice", "wonderland")
        self.phone = self.server.run("user", "network-password", "add", "alice", "--device", "x").stdout.strip()
        self.server.apply(blueprint(attributes="{postern: {coa_port: 3799, replies: [{when: {nas: switch}, vlan: 42}]}}"))
        self.run_daemon("hostapd", f"""
interface={SWITCH}
driver=wired
ieee8021x=1
use_pae_group_addr=1
eap_reauth_period=0
own_ip_addr=127.0.0.1
nas_identifier=switch
auth_server_addr=127.0.0.1
auth_server_port={self.port("radius")}
auth_server_shared_secret={SECRET}
acct_server_addr=127.0.0.1
acct_server_port={self.port("radius_accounting")}
acct_server_shared_secret={SECRET}
radius_das_port=3799
radius_das_client=127.0.0.1 {SECRET}
radius_das_require_event_timestamp=1
radius_das_require_message_authenticator=1
""", "-dd")
        eventually(lambda: "AP-ENABLED" in self.said("hostapd"), "the switch is up")

    def port(self, listener):
        return address(self.server, listener).rpartition(":")[2]

    def said(self, daemon):
        return (self.server.folder / f"{daemon}.log").read_text(errors="replace")

    def run_daemon(self, name, config, *arguments):
        path = self.server.folder / f"{name}.conf"
        path.write_text(config)
        program = ROOT / "usr/sbin" / name
        self.assertTrue(os.access(program, os.X_OK), f"{program} is missing; see packages_unpacked")
        order = ["-c", str(path)] if name == "wpa_supplicant" else [str(path)]
        with open(self.server.folder / f"{name}.log", "wb") as out:
            child = subprocess.Popen([str(program), *arguments, *order], stdin=subprocess.DEVNULL, stdout=out, stderr=out,
                                     env={**os.environ, "LD_LIBRARY_PATH": str(ROOT / "usr/lib/x86_64-linux-gnu")})
        self.addCleanup(child.wait)
        self.addCleanup(child.terminate)
        return child

    def plug_in(self, eap, phase2, password):
        return self.run_daemon("wpa_supplicant", f"""
ap_scan=0
network={{
    key_mgmt=IEEE8021X
    eapol_flags=0
    eap={eap}
    phase2="{phase2}"
    anonymous_identity="anonymous"
    identity="alice"
    password="{password}"
    ca_cert="{self.server.state}/tls/ca.pem"
}}
""", "-dd", "-D", "wired", "-i", DEVICE)

    def heard(self, daemon, text):
        eventually(lambda: text in self.said(daemon), f"{daemon} says {text}")

    def test_a_device_gets_in_is_accounted_and_put_out_when_its_user_is_disabled(self):
        self.plug_in("TTLS", "auth=PAP", "wonderland")
        self.heard("wpa_supplicant", "CTRL-EVENT-EAP-SUCCESS")
        self.heard("hostapd", "authorizing port")
        self.assertRegex(self.said("hostapd"), r"(?i)Attribute 81 \(Tunnel-Private-Group-Id\)")
        eventually(lambda: sessions(self.server, "--live"), "the switch reports")
        live, = sessions(self.server, "--live")
        self.assertEqual((live["username"], live["tied_to_login"], live["nas_identifier"]), ("alice", True, "switch"))
        self.server.run("user", "set", "alice", "is_active=false")
        self.heard("hostapd", "AP-STA-DISCONNECTED")
        eventually(lambda: sessions(self.server)[0]["disconnect"] == "ack", "the switch has put it out")
        eventually(lambda: not sessions(self.server, "--live"), "and reports the end")

    def test_every_method_that_such_devices_have(self):
        for eap, phase2, password in (("PEAP", "auth=MSCHAPV2", self.phone), ("TTLS", "auth=MSCHAPV2", self.phone),
                                      ("PEAP", "auth=GTC", "wonderland")):
            with self.subTest(eap=eap, phase2=phase2):
                child = self.plug_in(eap, phase2, password)
                self.heard("wpa_supplicant", "CTRL-EVENT-EAP-SUCCESS")
                child.terminate()
                child.wait()

    def test_a_wrong_password_stays_out(self):
        self.plug_in("PEAP", "auth=MSCHAPV2", "wonderland")
        self.heard("wpa_supplicant", "CTRL-EVENT-EAP-FAILURE")
        self.assertNotIn("authorizing port", re.sub("unauthorizing port", "", self.said("hostapd")))
        self.assertEqual(sessions(self.server), [])
