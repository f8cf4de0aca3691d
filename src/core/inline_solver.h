#pragma once
// InlineSolver: answers the challenges of one run of a flow from a name and one text, `password`,
// `password;code` or an app password. Each answer is given once; a challenge that comes back or
// that cannot be answered ends the run as Denied with its reason, except that a front that may ask
// its user gets the challenge for the code when none was given. Thread: one per attempt. Source:
// design.md 2 idea 2; reference rule 5.4.

#include <memory>
#include <string_view>

#include "core/access/catalog.h"
#include "core/credentials/split.h"
#include "core/flow/executor.h"

namespace postern::core {

struct InlineService {
  std::shared_ptr<const Flow> flow;
  InlineCode inline_code = InlineCode::optional;
  std::string_view separator = ";";
  bool cut = true;       // a code may stand behind the password
  bool may_ask = false;  // the challenge for a code may be left over
};

class InlineSolver {
 public:
  InlineSolver(const FlowExecutor& executor, const CodeCheck& codes, const InlineService& service,
               std::string_view text)
      : executor_(executor), codes_(codes), service_(service), text_(text) {}

  // Finished, Denied, Unavailable or WouldBlock; the Challenge for a code with may_ask.
  FlowOutcome solve(Plan& plan, Attempt& attempt);

  // What was taken for the account's password; for the recent verification.
  std::string_view password() const noexcept { return split_.password; }
  std::string_view code() const noexcept { return split_.code; }

 private:
  FlowOutcome answer(const Challenge& challenge, Plan& plan, Attempt& attempt);
  FlowOutcome answer_password(Plan& plan, Attempt& attempt);
  FlowOutcome answer_code(Plan& plan, Attempt& attempt);

  const FlowExecutor& executor_;
  const CodeCheck& codes_;
  const InlineService& service_;
  const std::string_view text_;
  SplitText split_;
  bool named_ = false, password_given_ = false, code_given_ = false, left_over_ = false;
};

}  // namespace postern::core
