// The published schema, read by a small parser of its own and by python3-ldap3 where it is
// installed.

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include "protocols/ldap/schema.h"

namespace postern::ldap {
namespace {

std::vector<std::string> words(const std::string& definition) {
  std::istringstream in(definition);
  std::vector<std::string> out;
  for (std::string word; in >> word;) out.push_back(word);
  return out;
}

// What follows a keyword: one word, or the words of a parenthesised list without '$'.
std::vector<std::string> field(const std::string& definition, const std::string& keyword) {
  const auto all = words(definition);
  auto at = std::find(all.begin(), all.end(), keyword);
  std::vector<std::string> out;
  if (at == all.end()) return out;
  if (*++at != "(") return {*at};
  for (++at; *at != ")"; ++at) {
    if (*at != "$") out.push_back(*at);
  }
  return out;
}

std::string unquote(const std::string& word) { return word.substr(1, word.size() - 2); }

std::set<std::string> names_and_oids(std::span<const std::string> definitions) {
  std::set<std::string> out;
  for (const std::string& definition : definitions) {
    out.insert(words(definition).at(1));
    for (const std::string& name : field(definition, "NAME")) out.insert(unquote(name));
  }
  return out;
}

void expect_known(const std::set<std::string>& known, const std::string& definition,
                  const std::string& keyword) {
  for (const std::string& word : field(definition, keyword))
    EXPECT_TRUE(known.contains(word.substr(0, word.find('{'))))
        << keyword << " " << word << " in " << definition;
}

TEST(LdapSubschema, Rfc4512_4_2_EveryReferenceResolves) {
  const auto types = names_and_oids(subschema_attribute_types());
  const auto classes = names_and_oids(subschema_object_classes());
  const auto syntaxes = names_and_oids(subschema_syntaxes());
  const auto rules = names_and_oids(subschema_matching_rules());
  for (const std::string& definition : subschema_attribute_types()) {
    expect_known(types, definition, "SUP");
    expect_known(syntaxes, definition, "SYNTAX");
    for (const char* keyword : {"EQUALITY", "ORDERING", "SUBSTR"})
      expect_known(rules, definition, keyword);
  }
  for (const std::string& definition : subschema_object_classes()) {
    expect_known(classes, definition, "SUP");
    expect_known(types, definition, "MUST");
    expect_known(types, definition, "MAY");
  }
  for (const std::string& definition : subschema_matching_rules())
    expect_known(syntaxes, definition, "SYNTAX");
  for (const std::string& definition : subschema_matching_rule_use()) {
    EXPECT_TRUE(rules.contains(words(definition).at(1)));
    expect_known(types, definition, "APPLIES");
  }
}

bool published(std::span<const std::string> list, std::string_view definition) {
  return std::find(list.begin(), list.end(), definition) != list.end();
}

TEST(LdapSubschema, Rfc4519_DefinitionsAreEqual) {
  const auto types = subschema_attribute_types();
  EXPECT_TRUE(published(types, "( 2.5.4.3 NAME ( 'cn' 'commonName' ) SUP name )"));
  EXPECT_TRUE(
      published(types,
                "( 2.5.4.41 NAME 'name' EQUALITY caseIgnoreMatch SUBSTR caseIgnoreSubstringsMatch "
                "SYNTAX 1.3.6.1.4.1.1466.115.121.1.15 )"));
  EXPECT_TRUE(published(
      types,
      "( 1.3.6.1.1.16.4 NAME 'entryUUID' EQUALITY uuidMatch ORDERING uuidOrderingMatch "
      "SYNTAX 1.3.6.1.1.16.1 SINGLE-VALUE NO-USER-MODIFICATION USAGE directoryOperation )"));
  EXPECT_TRUE(published(
      types,
      "( 0.9.2342.19200300.100.1.3 NAME ( 'mail' 'rfc822Mailbox' ) EQUALITY caseIgnoreIA5Match "
      "SUBSTR caseIgnoreIA5SubstringsMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.26{256} )"));
  const auto classes = subschema_object_classes();
  EXPECT_TRUE(published(classes, "( 2.5.6.0 NAME 'top' ABSTRACT MUST objectClass )"));
  EXPECT_TRUE(published(classes,
                        "( 2.5.6.6 NAME 'person' SUP top STRUCTURAL MUST ( sn $ cn ) "
                        "MAY ( userPassword $ telephoneNumber $ seeAlso $ description ) )"));
  EXPECT_TRUE(
      published(classes, "( 1.3.6.1.4.1.1466.344 NAME 'dcObject' SUP top AUXILIARY MUST dc )"));
}

// 4517 4.1: a rule that some attribute is matched by has its use published, no other has.
TEST(LdapSubschema, Rfc4517_4_1_EveryRuleInUseSaysWhereItApplies) {
  std::map<std::string, std::set<std::string>> wanted;
  for (const std::string& definition : subschema_attribute_types()) {
    for (const char* keyword : {"EQUALITY", "ORDERING", "SUBSTR"}) {
      for (const std::string& rule : field(definition, keyword))
        wanted[rule].insert(unquote(field(definition, "NAME").at(0)));
    }
  }
  std::map<std::string, std::set<std::string>> found;
  for (const std::string& definition : subschema_matching_rule_use()) {
    const auto applies = field(definition, "APPLIES");
    found[unquote(field(definition, "NAME").at(0))] = {applies.begin(), applies.end()};
  }
  EXPECT_EQ(found, wanted);
}

TEST(LdapSubschema, Rfc4512_4_2_TheClassesOfTheEntryItself) {
  const auto classes = subschema_object_classes();
  EXPECT_TRUE(
      published(classes,
                "( 2.5.20.1 NAME 'subschema' AUXILIARY MAY ( dITStructureRules $ nameForms $ "
                "dITContentRules $ objectClasses $ attributeTypes $ matchingRules $ "
                "matchingRuleUse ) )"));
  EXPECT_TRUE(published(classes,
                        "( 2.5.17.0 NAME 'subentry' SUP top STRUCTURAL MUST ( cn $ "
                        "subtreeSpecification ) )"));
}

void write_list(std::ofstream& out, const char* name, std::span<const std::string> list) {
  for (const std::string& definition : list) out << name << "\t" << definition << "\n";
}

constexpr const char* kScript = R"(
import collections, sys
try:
    from ldap3.protocol.rfc4512 import SchemaInfo
except ImportError:
    sys.exit(77)
values = collections.defaultdict(list)
for line in open(sys.argv[1]):
    name, text = line.rstrip('\n').split('\t')
    values[name].append(text.encode())
count = {name: len(texts) for name, texts in values.items()}
schema = SchemaInfo('cn=subschema', dict(values), dict(values))
assert schema.is_valid()
assert len(schema.attribute_types) == count['attributeTypes']
assert len(schema.object_classes) == count['objectClasses']
assert len(schema.ldap_syntaxes) == count['ldapSyntaxes']
assert len(schema.matching_rules) == count['matchingRules']
assert 'goauthentik.io/ldap/user' in schema.object_classes
assert 'ak-superuser' in schema.attribute_types
assert schema.object_classes['posixAccount'].must_contain == ['cn', 'uid', 'uidNumber', 'gidNumber', 'homeDirectory']
)";

TEST(LdapSubschema, PythonLdap3ReadsItAndFindsTheClassOfAuthentik) {
  std::string folder = "/tmp/subschema_test.XXXXXX";
  ASSERT_NE(mkdtemp(folder.data()), nullptr);
  {
    std::ofstream out(folder + "/schema");
    write_list(out, "attributeTypes", subschema_attribute_types());
    write_list(out, "objectClasses", subschema_object_classes());
    write_list(out, "ldapSyntaxes", subschema_syntaxes());
    write_list(out, "matchingRules", subschema_matching_rules());
    write_list(out, "matchingRuleUse", subschema_matching_rule_use());
    std::ofstream(folder + "/check.py") << kScript;
  }
  const std::string command = "/usr/bin/python3 " + folder + "/check.py " + folder + "/schema";
  const int status = std::system(command.c_str());
  for (const char* file : {"/schema", "/check.py"}) std::remove((folder + file).c_str());
  rmdir(folder.c_str());
  if (status == 77 << 8 || status == 127 << 8) GTEST_SKIP() << "python3-ldap3 is not installed";
  EXPECT_EQ(status, 0);
}

}  // namespace
}  // namespace postern::ldap
