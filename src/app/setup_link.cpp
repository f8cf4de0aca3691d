#include "app/setup_link.h"

namespace postern::app {

std::string offer_setup(Appliance& appliance) {
  constexpr std::string_view kName = "ak-initial-setup";
  const core::Model& users = core::user_model();
  const core::Model& tokens = core::token_model();
  std::string link;
  std::int64_t change = 0;
  {
    const auto transaction = appliance.store().begin();
    core::Objects objects(*transaction, appliance.tools());
    for (const core::Object& old : transaction->find(tokens, {{"identifier", kName}})) {
      transaction->erase(tokens, old.at("pk"));
    }
    const auto admin = objects.by_name(users, "akadmin");
    if (admin && admin->at("password_hash") == "") {
      const auto made = objects.create(tokens, {{"identifier", kName},
                                                {"intent", "verification"},
                                                {"user", admin->at("pk")},
                                                {"description", "Initial setup"}});
      if (made && made->generated) {
        link = appliance.config().base_url +
               "/if/flow/initial-setup/?flow_token=" + std::string(made->generated->reveal());
      }
    }
    change = transaction->commit();
  }
  if (change > 0) appliance.wait_visible(change);
  return link;
}

}  // namespace postern::app
