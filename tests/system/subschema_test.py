"""The published schema, read by python-ldap: a second foreign parser beside python-ldap3 (search_test.py)."""

import unittest

from support import SharedCase


class SubschemaByPythonLdap(SharedCase):
    @classmethod
    def populate(cls, server):
        server.start()

    def test_rfc4512_4_2_parsed_by_python_ldap(self):
        try:
            from ldap.schema import SubSchema
            from ldap.schema.models import AttributeType, ObjectClass
        except ImportError:
            self.fail("python-ldap is missing; install the package python3-ldap")
        names = ("attributeTypes", "objectClasses", "ldapSyntaxes", "matchingRules", "matchingRuleUse")
        entry = self.server.search(base="cn=subschema", scope="base", filter="(objectClass=subschema)",
                                   attributes=("*", "+")).one()
        self.assertEqual(sorted(entry["objectclass"]), ["subentry", "subschema", "top"])
        self.assertEqual(entry["subtreespecification"], ["{ }"])
        schema = SubSchema({name: [text.encode() for text in entry[name.lower()]] for name in names})
        for name in ("entryUSN", "pwdAccountLockedTime", "sAMAccountName", "sshPublicKey", "shadowExpire"):
            self.assertEqual(schema.get_obj(AttributeType, name).names[0], name)
        self.assertEqual(schema.get_obj(ObjectClass, "groupOfMembers").oid, "1.3.6.1.1.1.2.18")
        self.assertEqual(len(schema.listall(AttributeType)), len(entry["attributetypes"]))


if __name__ == "__main__":
    unittest.main()
