#include "outpost/ldap/update.h"

#include <algorithm>
#include <exception>
#include <functional>
#include <utility>

#include "core/log.h"
#include "outpost/ldap/ppolicy.h"
#include "outpost/ldap/result_text.h"
#include "outpost/ldap/update_job.h"
#include "protocols/ldap/decode.h"
#include "protocols/ldap/encode.h"
#include "protocols/ldap/update.h"

namespace postern::outpost {
namespace {

using ldap::Op;
using ldap::ResultCode;

constexpr std::chrono::seconds kReadTime{5};  // for the entry of an update
constexpr std::string_view kNoUpdates = "this server takes no changes";

constexpr std::string_view kChangePasswordFirst = "change the password first";

Octets change_after_reset(const RequestControls& controls) {
  Octets out;
  if (controls.password_policy) append_policy_error(out, ldap::PolicyError::changeAfterReset);
  return out;
}

void answer_update(Octets& out, std::int32_t id, Op op, ResultCode code, std::string_view text,
                   std::string_view matched = {}, const Octets& controls = {}) {
  const std::string_view said = text.empty() ? result_text(code) : text;
  Octets run = controls;
  run.push_back(0);
  const ldap::OctetPiece piece{run.data(), run.size() - 1};
  if (op == Op::extendedRequest) {
    return ldap::append_extended_response(out, id, {code, matched, said}, {}, {}, piece);
  }
  if (const auto response = ldap::response_to(op)) {
    ldap::append_result(out, id, *response, {code, matched, said}, piece);
  }
}

// What both kinds of work share: who asks, and the answer.
class UpdateOperation : public PendingOperation {
 public:
  UpdateOperation(Conversation& conversation, const core::Grant& grant, std::int32_t id, Op op,
                  Lane lane, bool policy_asked)
      : PendingOperation(id, lane),
        services_(conversation.services),
        grant_(grant),
        op_(op),
        policy_asked_(policy_asked),
        client_(conversation.peer.address),
        request_id_(conversation.request_id(id)) {
    fairness_key = std::hash<std::string>{}(client_) ^ static_cast<std::uint64_t>(grant.provider);
  }

  void run() noexcept override {
    if (cancelled()) return;
    try {
      UpdateJob job({*services_.updates, services_.tree, services_.directory, services_.login,
                     grant_, client_, request_id_, services_.clock.now() + kReadTime,
                     policy_asked_});
      result_ = carry_out(job);
    } catch (const std::exception& error) {
      log::error("ldap.update.broken", {{"request", request_id_}, {"error", error.what()}});
      result_ = UpdateResult{};
      result_.text = "the change was not made";
    }
  }

  void answer(Conversation& conversation, Io& io) override {
    follow(conversation);
    give(io);
    measure(result_.code);
    log::info("ldap.update", {{"result", static_cast<std::int64_t>(result_.code)},
                              {"op", static_cast<std::int64_t>(op_)},
                              {"user", grant_.username},
                              {"text", result_.text},
                              {"client", client_},
                              {"request", request_id_}});
  }

  std::chrono::milliseconds delay() const noexcept override { return result_.delay; }

  void answer_refused(Conversation&, Io& io) override {
    measure(ResultCode::busy);
    answer_update(io.out, message_id(), op_, ResultCode::busy, {});
  }

 protected:
  virtual UpdateResult carry_out(UpdateJob& job) = 0;
  virtual void give(Io& io) {
    answer_update(io.out, message_id(), op_, result_.code, result_.text, result_.matched_dn,
                  result_.controls);
  }
  const UpdateResult& result() const noexcept { return result_; }

 private:
  // The change may have moved the client's own generation; it is still who it was.
  void follow(Conversation& conversation) {
    if (result_.generation == 0) return;
    core::Grant grant = grant_;
    grant.generation = result_.generation;
    if (result_.own_password) grant.password = core::PasswordState{};
    conversation.identity.assume(std::move(grant), 0);  // looked at anew at the next operation
  }

  void measure(ResultCode code) const noexcept {
    const bool extended = op_ == Op::extendedRequest;
    services_.measure(extended ? core::Operation::ldap_extended : core::Operation::ldap_update,
                      code, grant_.provider, began_);
  }

  LdapServices& services_;
  const core::Grant grant_;
  const Op op_;
  const core::Instant began_ = services_.clock.now();
  const bool policy_asked_;
  const std::string client_, request_id_;
  UpdateResult result_;
};

class EntryUpdate final : public UpdateOperation {
 public:
  EntryUpdate(Conversation& conversation, const core::Grant& grant, OctetView pdu,
              const ldap::Envelope& envelope, Lane lane, const RequestControls& controls)
      : UpdateOperation(conversation, grant, envelope.message_id, envelope.op, lane,
                        controls.password_policy),
        pdu_(pdu.begin(), pdu.end()) {
    pdu_.push_back(0);  // the spare octet of decoding
  }

 private:
  UpdateResult carry_out(UpdateJob& job) override {
    const OctetView pdu(pdu_.data(), pdu_.size() - 1);
    const auto envelope = ldap::decode_envelope(pdu);
    RequestControls controls;
    if (!envelope || read_controls(*envelope, controls).code != ResultCode::success) return {};
    const UpdateControls asked = controls.update.value_or(UpdateControls{});
    switch (envelope->op) {
      case Op::addRequest:
        return perform(ldap::decode_add(envelope->body),
                       [&](const ldap::AddRequest& request) { return job.add(request, asked); });
      case Op::modifyRequest:
        return perform(ldap::decode_modify(envelope->body),
                       [&](ldap::ModifyRequest& request) { return job.modify(request, asked); });
      case Op::delRequest:
        return perform(ldap::decode_delete(envelope->body),
                       [&](std::string_view dn) { return job.erase(dn, asked); });
      default:
        return perform(
            ldap::decode_modify_dn(envelope->body),
            [&](const ldap::ModifyDnRequest& request) { return job.rename(request, asked); });
    }
  }

  template <typename Decoded, typename Use>
  static UpdateResult perform(Decoded request, const Use& use) {
    if (request) return use(*request);
    UpdateResult result;
    result.code = ResultCode::protocolError;
    return result;
  }

  Octets pdu_;
};

class PasswordModifyOperation final : public UpdateOperation {
 public:
  PasswordModifyOperation(Conversation& conversation, const core::Grant& grant, std::int32_t id,
                          const ldap::PasswordModify& request, const RequestControls& controls)
      : UpdateOperation(conversation, grant, id, Op::extendedRequest, Lane::hash,
                        controls.password_policy) {
    if (request.user_identity) identity_.emplace(*request.user_identity);
    if (request.old_password) old_.emplace(*request.old_password);
    if (request.new_password) new_.emplace(*request.new_password);
  }

 private:
  UpdateResult carry_out(UpdateJob& job) override {
    ldap::PasswordModify request;
    if (identity_) request.user_identity = *identity_;
    if (old_) request.old_password = old_->reveal();
    if (new_) request.new_password = new_->reveal();
    return job.change_password(request, generated_);
  }

  void give(Io& io) override {
    if (result().code != ResultCode::success || !generated_) return UpdateOperation::give(io);
    Octets value;
    ldap::append_generated_password(value, generated_->reveal());
    Octets controls = result().controls;
    controls.push_back(0);
    ldap::append_extended_response(
        io.out, message_id(), {result().code, {}, result().text}, {},
        std::string_view(reinterpret_cast<const char*>(value.data()), value.size()),
        {controls.data(), controls.size() - 1});
  }

  std::optional<std::string> identity_;
  std::optional<core::Secret> old_, new_, generated_;
};

std::optional<std::string_view> target_of(const ldap::Envelope& envelope, bool& password,
                                          bool& only_password) {
  switch (envelope.op) {
    case Op::addRequest: {
      const auto request = ldap::decode_add(envelope.body);
      if (!request) return std::nullopt;
      password = std::any_of(request->attributes.begin(), request->attributes.end(),
                             [](const auto& one) { return is_user_password(one.type); });
      return request->dn;
    }
    case Op::modifyRequest: {
      const auto request = ldap::decode_modify(envelope.body);
      if (!request) return std::nullopt;
      const auto is_password = [](const ldap::Modification& change) {
        return is_user_password(change.attribute.type);
      };
      password = std::any_of(request->changes.begin(), request->changes.end(), is_password);
      only_password =
          password && std::all_of(request->changes.begin(), request->changes.end(), is_password);
      return request->dn;
    }
    case Op::delRequest: {
      const auto dn = ldap::decode_delete(envelope.body);
      return dn ? std::optional(*dn) : std::nullopt;
    }
    default: {
      const auto request = ldap::decode_modify_dn(envelope.body);
      return request ? std::optional(request->dn) : std::nullopt;
    }
  }
}

}  // namespace

bool refuse_until_password_changed(Conversation& conversation, Io& io,
                                   const ldap::Envelope& envelope,
                                   const RequestControls& controls) {
  const bool refused = envelope.op == Op::searchRequest || envelope.op == Op::compareRequest ||
                       envelope.op == Op::addRequest || envelope.op == Op::delRequest ||
                       envelope.op == Op::modDNRequest;
  if (!refused) return false;
  const core::Grant* grant = conversation.grant();
  if (grant == nullptr || !grant->password.must_change) return false;
  answer_update(io.out, envelope.message_id, envelope.op, ResultCode::insufficientAccessRights,
                kChangePasswordFirst, {}, change_after_reset(controls));
  return true;
}

Pending begin_update(Conversation& conversation, Io& io, OctetView pdu,
                     const ldap::Envelope& envelope, const RequestControls& controls) {
  const auto refuse = [&](ResultCode code, std::string_view text = {},
                          const Octets& with = {}) -> Pending {
    answer_update(io.out, envelope.message_id, envelope.op, code, text, {}, with);
    return nullptr;
  };
  bool password = false, only_password = false;
  const auto dn = target_of(envelope, password, only_password);
  if (!dn) return refuse(ResultCode::protocolError);
  const core::Grant* grant = conversation.grant();
  if (grant == nullptr) return refuse(ResultCode::insufficientAccessRights);
  if (conversation.services.updates == nullptr) {
    return refuse(ResultCode::unwillingToPerform, kNoUpdates);
  }
  if (password && !conversation.confidential()) return refuse(ResultCode::confidentialityRequired);
  if (grant->password.must_change && !only_password) {
    return refuse(ResultCode::insufficientAccessRights, kChangePasswordFirst,
                  change_after_reset(controls));
  }
  const Route route = conversation.route(*dn);
  if (route.kind == Route::Kind::bad_dn) return refuse(ResultCode::invalidDNSyntax);
  if (route.kind == Route::Kind::root || route.kind == Route::Kind::subschema) {
    return refuse(ResultCode::unwillingToPerform);
  }
  if (route.kind != Route::Kind::context || route.provider != grant->provider) {
    return refuse(ResultCode::noSuchObject);
  }
  return std::make_shared<EntryUpdate>(conversation, *grant, pdu, envelope,
                                       password ? Lane::hash : Lane::store, controls);
}

Pending begin_password_modify(Conversation& conversation, Io& io, std::int32_t id,
                              const ldap::ExtendedRequest& request,
                              const RequestControls& controls) {
  const auto refuse = [&](ResultCode code, std::string_view text = {}) -> Pending {
    answer_update(io.out, id, Op::extendedRequest, code, text);
    return nullptr;
  };
  const auto values = ldap::decode_password_modify(request.value);
  if (!values) return refuse(ResultCode::protocolError);
  if (!conversation.confidential()) return refuse(ResultCode::confidentialityRequired);
  const core::Grant* grant = conversation.grant();
  if (grant == nullptr) return refuse(ResultCode::unwillingToPerform, "bind first");
  if (conversation.services.updates == nullptr) {
    return refuse(ResultCode::unwillingToPerform, kNoUpdates);
  }
  return std::make_shared<PasswordModifyOperation>(conversation, *grant, id, *values, controls);
}

}  // namespace postern::outpost
