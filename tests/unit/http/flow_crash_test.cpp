// A login over HTTP that is cut off, or overtaken, at every write it makes: a code, however it
// came, lets in once at most (design.md 2 idea 4, 7: a code is consumed with the plan's advance).

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "core/credentials/totp.h"
#include "core/hex.h"
#include "http/site.h"
#include "support/fake_core.h"
#include "support/falling_store.h"
#include "unit/store/fixture.h"

namespace postern::http {
namespace {

using core::Object;
using core::Value;

constexpr std::string_view kKey = "12345678901234567890";
constexpr std::string_view kTotp = "00000000-0000-4000-8000-0000000000a1";
constexpr std::string_view kMailbox = "00000000-0000-4000-8000-0000000000a2";
constexpr std::string_view kExecutor = "/api/v3/flows/executor/login/";

struct KeptMail final : core::Mailer {
  bool send(core::Mail mail) override {
    text = mail.text;
    return true;
  }
  std::string text;
};

struct NoJudge final : core::PolicyJudge {
  core::PolicyAnswer judge(const core::Policy&, const core::PolicyCase&,
                           std::chrono::milliseconds) const noexcept override {
    return {};
  }
};

// One browser.
struct Browser {
  std::string session;
  Object last;
  bool logged_in = false;
};

class FlowCrash : public testing::Test {
 protected:
  FlowCrash() {
    add_user();
    auto catalog = std::make_shared<core::Catalog>();
    catalog->flows["login"] = flow();
    directory.configuration = catalog;
  }

  void add_user() {
    const auto transaction = truth->begin();
    transaction->insert(store::users(),
                        {{"pk", 1}, {"username", "bob"}, {"uuid", std::string(kTotp)}});
    transaction->insert(store::totps(), {{"pk", kTotp},
                                         {"user", 1},
                                         {"name", "phone"},
                                         {"confirmed", true},
                                         {"sealed_key", core::to_hex(sealed())}});
    transaction->insert(store::model("authentik_stages_authenticator_email.emaildevice"),
                        {{"pk", kMailbox},
                         {"user", 1},
                         {"name", "mail"},
                         {"confirmed", true},
                         {"email", "bob@example.org"}});
    transaction->commit();
    core::LoginRecord bob;
    bob.pk = 1;
    bob.username = "bob";
    bob.uuid = kTotp;
    bob.password_hash = hasher.hash(core::Secret("pw"));
    bob.generation = 5;
    bob.is_active = true;
    bob.totp.push_back({std::string(kTotp), sealed(), 6, 30});
    bob.other_devices = core::kEmailDevice;
    directory.add(std::move(bob));
  }
  std::string sealed() const { return sealer.seal(kKey, "totp:" + std::string(kTotp)); }

  static std::shared_ptr<const core::Flow> flow() {
    core::Flow flow;
    flow.pk = "00000000-0000-4000-8000-0000000000f1";
    flow.slug = flow.title = "login";
    flow.designation = "authentication";
    core::Stage validate{.pk = "v", .kind = core::StageKind::authenticator_validate};
    validate.accepts_totp = true;
    validate.accepts_others = core::kEmailDevice;
    for (core::Stage stage : {core::Stage{.pk = "i", .kind = core::StageKind::identification},
                              core::Stage{.pk = "p", .kind = core::StageKind::password}, validate,
                              core::Stage{.pk = "l", .kind = core::StageKind::user_login}}) {
      core::FlowStep step;
      step.stage = std::make_shared<const core::Stage>(std::move(stage));
      flow.steps.push_back(std::move(step));
    }
    return std::make_shared<const core::Flow>(std::move(flow));
  }

  Response ask(Browser& browser, std::string method, const Object& body) {
    Request request;
    request.method = std::move(method);
    request.path = kExecutor;
    request.segments = {"api", "v3", "flows", "executor", "login"};
    request.slash = true;
    request.query = "query=";
    request.host = "h";
    request.client = "127.0.0.1";
    request.id = "r";
    request.headers.push_back({"content-type", "application/json"});
    if (!browser.session.empty()) {
      request.headers.push_back({"cookie", std::string(kSessionCookie) + "=" + browser.session});
    }
    if (request.method == "POST") request.body = boost::json::serialize(body);
    Response response = site.handle(request);
    if (response.status != 200) return response;  // nothing of it reaches the browser
    const std::string mark = std::string(kSessionCookie) + "=";
    for (const Header& one : response.headers) {
      if (one.name != "Set-Cookie" || !one.value.starts_with(mark)) continue;
      browser.session = one.value.substr(mark.size(), one.value.find(';') - mark.size());
    }
    browser.last = boost::json::parse(std::get<std::string>(response.body)).as_object();
    browser.logged_in = browser.last.at("component") == "xak-flow-redirect";
    return response;
  }
  Response answer(Browser& browser, std::string_view component, Object body) {
    body["component"] = component;
    return ask(browser, "POST", body);
  }
  Response answer_code(Browser& browser, const std::string& code) {
    return answer(browser, "ak-stage-authenticator-validate", {{"code", code}});
  }
  // Up to the question for a code.
  Browser until_code() {
    Browser browser;
    ask(browser, "GET", {});
    answer(browser, "ak-stage-identification", {{"uid_field", "bob"}});
    answer(browser, "ak-stage-password", {{"password", "pw"}});
    EXPECT_EQ(browser.last.at("component"), "ak-stage-authenticator-validate");
    return browser;
  }
  // The code that the mail says, which the plan alone remembers.
  std::string mailed(Browser& browser) {
    for (const Value& one : browser.last.at("device_challenges").as_array()) {
      if (one.at("device_class") != "email") continue;
      answer(browser, "ak-stage-authenticator-validate", {{"selected_challenge", one}});
    }
    std::string digits;
    for (const char c : mail.text) {
      const bool digit = c >= '0' && c <= '9';
      if (digit) digits.push_back(c);
      if (!digit && digits.size() == 6) break;
      if (!digit) digits.clear();
    }
    EXPECT_EQ(digits.size(), 6u) << mail.text;
    return digits;
  }
  std::string code() const { return core::totp_code(kKey, clock.wall() / 30'000, 6); }

  std::int64_t logins() {
    core::ListQuery query;
    query.where.push_back({"user", core::Where::Is::not_null, {}});
    return truth->count(store::model("authentik_core.authenticatedsession"), query);
  }

  core::fake::SetClock clock;
  core::fake::SeededRandom random;
  store::TemporaryFolder folder;
  std::unique_ptr<core::Store> truth = store::back_ends().front().open(folder.path, &clock);
  core::fake::FallingStore falling{*truth};
  core::fake::MapDirectory directory;
  core::fake::KeptEvents events;
  core::PasswordHasher hasher{{.memory_kib = 64, .passes = 1}};
  core::Sealer sealer{{}, random};
  core::Throttle throttle{clock, random};
  core::RecentVerifications recent{clock, random};
  core::Explanations explanations;
  core::LoginLeases leases{clock, random};
  KeptMail mail;
  NoJudge judge;
  core::ObjectTools tools{hasher, sealer, random, clock, {}, {}};
  core::WebFlows flows{{{directory, falling, events, hasher, sealer, throttle, recent, clock},
                        tools,
                        [](std::int64_t) { return true; },
                        &mail,
                        nullptr,
                        "http://h"}};
  Services services{falling,      directory, tools, events,     flows, mail, judge,
                    explanations, leases,    {},    "http://h", "0",   0,    0,
                    {},           nullptr,   {},    nullptr};
  Site site{services};
};

TEST_F(FlowCrash, APasswordAndACodeLogIn) {
  Browser browser = until_code();
  answer_code(browser, code());
  EXPECT_TRUE(browser.logged_in) << boost::json::serialize(browser.last);
  EXPECT_EQ(logins(), 1);
  Browser again = until_code();
  answer_code(again, code());
  EXPECT_FALSE(again.logged_in) << "a code works once";
  EXPECT_EQ(logins(), 1);
}

TEST_F(FlowCrash, AMailedCodeLogsInOnce) {
  Browser browser = until_code();
  const std::string text = mailed(browser);
  const Browser twin = browser;
  answer_code(browser, text);
  EXPECT_TRUE(browser.logged_in) << boost::json::serialize(browser.last);
  Browser late = twin;
  answer_code(late, text);
  EXPECT_FALSE(late.logged_in);
  EXPECT_EQ(logins(), 1);
}

// Cut off at each of its writes, before and after it is made: never a second login by the code, and
// nobody is locked out: the next code logs in.
TEST_F(FlowCrash, ACrashAtAnyWriteNeverLetsACodeInTwice) {
  int most = 0;
  for (const bool by_mail : {false, true}) {
    for (const bool after : {false, true}) {
      for (int at = 1;; ++at) {
        clock.advance(std::chrono::hours(25));  // sent codes are counted by the day
        const std::int64_t before = logins();
        Browser browser = until_code();
        const std::string text = by_mail ? mailed(browser) : code();
        falling.stand_up();
        falling.fall_at = at;
        falling.after = after;
        answer_code(browser, text);
        const bool fell = falling.fell();
        most = std::max(most, falling.writes);
        falling.stand_up();
        if (!fell) {
          EXPECT_TRUE(browser.logged_in);
          break;
        }
        const std::string where =
            std::to_string(at) + (after ? " after" : " before") + (by_mail ? " mail" : " totp");
        // The same answer at once and, once the claim has run out, again; then from the beginning.
        answer_code(browser, text);
        if (by_mail) {
          clock.advance(std::chrono::seconds(31));
          answer_code(browser, text);
        }
        Browser fresh = until_code();
        answer_code(fresh, text);
        EXPECT_LE(logins() - before, 1) << where;
        clock.advance(std::chrono::seconds(60));
        Browser next = until_code();
        answer_code(next, by_mail ? mailed(next) : code());
        EXPECT_TRUE(next.logged_in) << where << boost::json::serialize(next.last);
      }
    }
  }
  EXPECT_GE(most, 5) << "claim, guess, code, refund, use, login";
}

// Another answer to the same challenge arrives at each point of the first one's way.
TEST_F(FlowCrash, OfTwoAnswersToOneChallengeOneLogsIn) {
  for (const bool slow : {false, true}) {  // so slow that its claim has run out
    for (int at = 1; at <= 6; ++at) {
      clock.advance(std::chrono::hours(25));  // sent codes are counted by the day
      const std::int64_t before = logins();
      Browser first = until_code();
      const std::string text = mailed(first);
      Browser second = first;
      int writes = 0;
      falling.between = [&] {
        if (++writes != at) return;
        if (slow) clock.advance(std::chrono::seconds(31));
        answer_code(second, text);
      };
      answer_code(first, text);
      falling.between = {};
      EXPECT_EQ(logins() - before, 1) << at << (slow ? " slow" : "");
      EXPECT_NE(first.logged_in, second.logged_in) << at << (slow ? " slow" : "");
    }
  }
}

}  // namespace
}  // namespace postern::http
