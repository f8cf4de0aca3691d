#include "sessions/ldap_scenarios.h"

namespace postern::test {
namespace {

using Kind = Step::Kind;
using ldap::Scope;

Step send(const Octets& octets) { return {Kind::send, octets}; }
Step finish() { return {Kind::finish_run, {}}; }
Step refuse() { return {Kind::refuse_run, {}}; }
Step settle() { return {Kind::settle, {}}; }
Step tls_up() { return {Kind::tls_up, {}}; }
Step pass(int seconds) { return {Kind::pass, {}, std::chrono::seconds(seconds)}; }

Octets long_search(std::int32_t id) { return search(id, {kFirstBase, Scope::sub, "(turns=5)"}); }

std::vector<Scenario> binds() {
  return {
      {"anonymous", {send(bind(1, "", "") + search(2) + unbind(3))}},
      {"app password",
       {send(bind(1, kAlice, "app-alice") + search(2) + search(3)), settle(), send(unbind(4))}},
      {"typed password",
       {send(bind(1, kSlow, "pw-slow") + search(2)), finish(), send(search(3)), settle()}},
      {"wrong password", {send(bind(1, kSlow, "nope")), finish(), send(search(2)), settle()}},
      {"full lane", {send(bind(1, kSlow, "pw-slow") + search(2)), refuse(), settle()}},
      {"bind, bind, bind",
       {send(bind(1, kSlow, "pw-slow") + bind(2, kSlow, "nope") + search(3) +
             bind(4, kAlice, "app-alice") + search(5)),
        finish(), finish(), settle()}},
      {"every refusal",
       {send(bind(1, kAlice, "") + bind(2, "no dn", "x") + bind(3, kAlice, "x", 2) +
             sasl_bind(4, "EXTERNAL") + message(5, 0x60, Octets{0x04, 0x00}) +
             bind(6, kDave, "app-dave") + search(7)),
        settle()}},
      {"sasl",
       {send(sasl_bind(1, "PLAIN") +
             sasl_bind(2, "PLAIN", std::string_view("\0slow\0pw-slow", 13)) + search(3)),
        finish(), send(sasl_bind(4, "EXTERNAL", "") + search(5)), settle()}},
      {"unbind while a login runs", {send(bind(1, kSlow, "pw-slow") + search(2)), send(unbind(3))}},
  };
}

std::vector<Scenario> searches() {
  return {
      {"long searches",
       {send(bind(1, kAlice, "app-alice") + long_search(2) + long_search(3) + search(4)), settle(),
        send(search(5)), settle()}},
      {"abandon",
       {send(bind(1, kBob, "app-bob") + long_search(2) + long_search(3) + abandon(4, 2)),
        settle()}},
      {"abandon what waits",
       {send(bind(1, kSlow, "pw-slow") + search(2) + search(3) + abandon(4, 3) + search(5)),
        finish(), settle()}},
      {"search, bind, search",
       {send(bind(1, kAlice, "app-alice") + long_search(2) + bind(3, kBob, "app-bob") + search(4)),
        settle()}},
      {"root and schema",
       {send(search(1, {"", Scope::base, "(objectClass=*)", {"*", "+"}}) +
             search(2,
                    {"cn=subschema", Scope::base, "(objectClass=subschema)", {"attributeTypes"}}) +
             compare(3, "", "supportedLDAPVersion", "3")),
        settle()}},
      {"a long pipeline",
       {send([] {
          Octets all = bind(1, kAlice, "app-alice");
          for (std::int32_t id = 2; id < 60; ++id) all = all + search(id);
          return all;
        }()),
        settle()}},
      {"controls",
       {send(with_control(search(1), "1.2.3", true) + with_control(search(2), "1.2.3", false) +
             with_control(bind(3, kAlice, "app-alice"), "1.2.3", true) +
             with_control(unbind(4), "1.2.3", true))}},
      {"updates",
       {send(message(1, 0x66, Octets{0x04, 0x00}) + message(2, 0x4a, Octets{'x'}) +
             compare(3, kAlice, "sn", "x") + extended(4, "1.2.3") +
             extended(5, "1.3.6.1.4.1.4203.1.11.3"))}},
  };
}

std::vector<Scenario> endings() {
  return {
      {"start tls",
       {send(bind(1, kAlice, "app-alice") + extended(2, "1.3.6.1.4.1.1466.20037")), tls_up(),
        send(search(3) + bind(4, kAlice, "app-alice") + search(5)), settle()}},
      {"start tls with injected octets",
       {send(extended(1, "1.3.6.1.4.1.1466.20037") + bind(2, kAlice, "app-alice"))}},
      {"start tls while a search runs",
       {send(bind(1, kAlice, "app-alice") + long_search(2) + extended(3, "1.3.6.1.4.1.1466.20037")),
        settle()}},
      {"garbage", {send(search(1) + Octets{0x31, 0x03, 0x02, 0x01, 0x01} + search(2))}},
      {"id in use",
       {send(bind(1, kSlow, "pw-slow") + search(2) + search(2) + search(3)), finish()}},
      {"a response", {send(search(1) + message(2, 0x65) + search(3))}},
      {"too long", {send(Octets{0x30, 0x84, 0x10, 0x00, 0x00, 0x00, 0x02})}},
      {"half a request and silence", {send(Octets{0x30, 0x20, 0x02}), pass(31)}},
      {"silence", {pass(31)}},
  };
}

}  // namespace

std::vector<Scenario> scenarios() {
  std::vector<Scenario> all = binds();
  for (const auto& more : {searches(), endings()}) all.insert(all.end(), more.begin(), more.end());
  return all;
}

Played play(LdapWorld& world, const Scenario& scenario) {
  SessionScript& script = world.script();
  for (const Step& step : scenario.steps) {
    if (script.wants().close) break;
    switch (step.kind) {
      case Kind::send:
        script.send(step.octets);
        break;
      case Kind::finish_run:
        script.finish_run();
        break;
      case Kind::refuse_run:
        script.refuse_run();
        break;
      case Kind::settle:
        script.settle();
        break;
      case Kind::pass:
        script.pass(step.time);
        break;
      case Kind::tls_up:
        if (script.wants().start_tls) script.tls_up();
        break;
    }
  }
  script.settle();
  Played played;
  played.output = script.take_output();
  played.closed = script.wants().close;
  played.events = script.events();
  return played;
}

Played play(const Scenario& scenario, const SessionScript::Chunker& chunker) {
  LdapWorld world;
  world.script().chunk_by(chunker);
  return play(world, scenario);
}

}  // namespace postern::test
