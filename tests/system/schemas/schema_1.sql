-- A database with schema 1. alice: wonderland-1865, TOTP key JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP, app password pst_wqMnqhaw6ixAqKg5vUYihn2JhBu7lbyediiMYJiN
-- Sealing key: 8bf8dc6f8729902b43d5249dcd192c52df0872ecdd87e2aec5fe056e135d8263
BEGIN TRANSACTION;
CREATE TABLE application_backchannels (
  "application_pk" text not null references applications ("pk") on delete cascade,
  "provider_pk" bigint not null references providers ("pk") on delete cascade,
  primary key ("application_pk", "provider_pk")
);
CREATE TABLE applications (
  "pk" text not null primary key,
  "slug" text not null unique,
  "name" text not null,
  "group" text not null,
  "provider" bigint unique references providers ("pk") on delete set null,
  "policy_engine_mode" text not null,
  "settings" text not null
);
INSERT INTO "applications" VALUES('609fe3b2-53a3-48be-8abf-d172ab2d1c2d','ldap','LDAP','',1,'any','{"open_in_new_tab":false,"meta_launch_url":"","meta_icon":"","meta_description":"","meta_publisher":""}');
CREATE TABLE blueprints (
  "path" text not null primary key,
  "hash" text not null
);
CREATE TABLE changes (
  "seq" integer primary key autoincrement,
  "kind" text not null,
  "id" bigint not null
);
CREATE TABLE code_guesses (
  "pk" integer primary key autoincrement,
  "device" text not null,
  "at" bigint not null
);
CREATE TABLE counters (
  "name" text not null primary key,
  "value" bigint not null
);
INSERT INTO "counters" VALUES('gid',4002);
INSERT INTO "counters" VALUES('uid',2004);
CREATE TABLE events (
  "pk" integer primary key autoincrement,
  "action" text not null,
  "app" text not null,
  "user_pk" bigint not null,
  "username" text not null,
  "client_ip" text not null,
  "context" text not null,
  "created" bigint not null
);
CREATE TABLE flow_stage_bindings (
  "pk" text not null primary key,
  "target" text not null references flows ("pk") on delete cascade,
  "stage" text not null references stages ("pk") on delete cascade,
  "order" bigint not null,
  "evaluate_on_plan" boolean not null,
  "re_evaluate_policies" boolean not null,
  "policy_engine_mode" text not null,
  "invalid_response_action" text not null
);
INSERT INTO "flow_stage_bindings" VALUES('55bc5cd7-4f4b-41f9-bdc6-fc859df21c6d','c7cc151c-5310-4caf-9b60-d8857d887f13','a79b2233-2fcc-429e-a515-3dec391f92a4',10,0,1,'any','retry');
INSERT INTO "flow_stage_bindings" VALUES('16c32f08-ee77-45a8-bda3-d51f1e834b0c','c7cc151c-5310-4caf-9b60-d8857d887f13','fb2bb2d9-e46f-4e6e-8a49-09d6f90cdfb2',20,0,1,'any','retry');
INSERT INTO "flow_stage_bindings" VALUES('4c14bfa4-202f-4f3b-a311-725317f81a8d','c7cc151c-5310-4caf-9b60-d8857d887f13','a3392bf5-bd07-448d-bec6-eb7b71b75bec',30,0,1,'any','retry');
INSERT INTO "flow_stage_bindings" VALUES('db679da0-ebf4-4299-b66c-8e6ae3befc9e','c7cc151c-5310-4caf-9b60-d8857d887f13','03560511-515f-414d-af3c-18b9274ce44d',100,0,1,'any','retry');
INSERT INTO "flow_stage_bindings" VALUES('a9adc580-5a89-401d-8852-0f0fc5a15e80','29e852dd-812b-4842-a333-ac8d7b03f11c','d2f89946-5d09-4a3a-9a73-a9574cd5e6b3',0,0,1,'any','retry');
INSERT INTO "flow_stage_bindings" VALUES('36d5ca84-5429-4b01-b249-0d2e226eb12a','33d6c5f6-9fa3-4841-bc82-e90e84422dd3','4474f306-4a6a-4fdd-bea7-5751270f12a2',0,0,1,'any','retry');
INSERT INTO "flow_stage_bindings" VALUES('3f35d576-6681-4d05-a27d-dbea37270780','33d6c5f6-9fa3-4841-bc82-e90e84422dd3','24ba7565-76c3-44ab-b311-c09886958ba3',1,0,1,'any','retry');
INSERT INTO "flow_stage_bindings" VALUES('748cb844-4c64-4ddc-8fbc-0f5fa57b4e6b','ef23858f-643c-410c-839f-044c420cd8d9','b3f8a31e-361a-4fb3-aa02-adef4931e052',10,0,1,'any','retry');
INSERT INTO "flow_stage_bindings" VALUES('f671334d-b4e0-422d-9d37-825af3151188','ef23858f-643c-410c-839f-044c420cd8d9','89d3d051-d9ed-48e4-95c9-bddb34f8ba93',20,0,1,'any','retry');
INSERT INTO "flow_stage_bindings" VALUES('db315f00-8e64-4bca-a379-429595f5eb4b','ef23858f-643c-410c-839f-044c420cd8d9','aaeedc95-b030-4330-ab4c-dcf101b69cfa',100,0,1,'any','retry');
INSERT INTO "flow_stage_bindings" VALUES('cf7f8dc0-7d16-4cf3-a412-dfe0f54db0fe','ae528246-1f0b-4904-9759-79639505008c','b5e74fb1-c8d6-4b38-9835-b272613ff166',20,0,1,'any','retry');
INSERT INTO "flow_stage_bindings" VALUES('5724445b-a4fd-4b79-b37d-0c9ebafa3e88','ae528246-1f0b-4904-9759-79639505008c','7e2de1b2-60c9-4eb5-a123-040701a01f05',100,0,1,'any','retry');
INSERT INTO "flow_stage_bindings" VALUES('f912ad01-fd03-4c46-87d6-e11e6b2fef91','e1f3e33a-f178-4ad1-a399-3d3b23a12484','8e4ec7e3-a2c0-4f74-b3dc-15ebd9be7f89',10,0,1,'any','retry');
INSERT INTO "flow_stage_bindings" VALUES('907ec609-2209-48ea-bf2b-9fc07fdbceb7','e1f3e33a-f178-4ad1-a399-3d3b23a12484','9f8dd336-d3c0-4ba6-818d-68ed1d5ab102',20,0,1,'any','retry');
INSERT INTO "flow_stage_bindings" VALUES('955b825c-237f-4e03-b94b-fa13bafcd0f9','e1f3e33a-f178-4ad1-a399-3d3b23a12484','50dfbfbf-061a-42ab-8c0b-99f07c27f9fb',100,0,1,'any','retry');
INSERT INTO "flow_stage_bindings" VALUES('c1baa1c0-31bf-49de-a9a9-43b9871ca40a','456ffce5-975b-4fbf-95de-93b252856c4d','d373c995-e530-4b20-b4e9-40748a2efaba',0,0,1,'any','retry');
INSERT INTO "flow_stage_bindings" VALUES('c515c3d7-b88e-4510-ba08-18f506d60afa','97ce3fdb-20aa-4950-a721-dec25e361545','49a6eedc-05b2-4f2a-bcf1-757562954301',0,0,1,'any','retry');
INSERT INTO "flow_stage_bindings" VALUES('39a8dbab-cf03-4eef-bd96-7398c9910651','d4c23d7d-a101-4a52-9143-5c776a5c4002','0e8a9674-e9dc-4a3b-a48f-6beb35f9b67e',0,0,1,'any','retry');
INSERT INTO "flow_stage_bindings" VALUES('947d19da-3582-4ba7-a9fc-88e9217b0c3f','de27b134-0077-4ec4-8201-b139709e2deb','39a5170f-dd7b-4308-a624-0a5925169bc1',5,0,1,'any','retry');
INSERT INTO "flow_stage_bindings" VALUES('0ae40e07-084d-41ef-91f9-678b03c5ec04','de27b134-0077-4ec4-8201-b139709e2deb','04ff23eb-1856-4e27-b4e5-86231ddcb251',10,0,1,'any','retry');
INSERT INTO "flow_stage_bindings" VALUES('8c8d7ef5-2678-41e0-8294-313c4084875f','de27b134-0077-4ec4-8201-b139709e2deb','cf39e6d1-78d0-4ce5-90ab-5e8f3ee99122',20,0,1,'any','retry');
INSERT INTO "flow_stage_bindings" VALUES('cc1aef34-c8d7-4550-a450-31c4b017ae9c','de27b134-0077-4ec4-8201-b139709e2deb','e31efac4-ef6e-4d98-b7ca-5a96d1ff1372',100,0,1,'any','retry');
INSERT INTO "flow_stage_bindings" VALUES('1a907e72-cd42-442a-ae75-3fa4845c4da4','ef352410-2fa0-4001-9f8f-d946612919f9','b6f4bd9e-1bd5-4143-8d91-0aeb7363caa9',10,0,1,'any','retry');
INSERT INTO "flow_stage_bindings" VALUES('9b4a6d7b-2c69-42cb-9463-89d76af20498','ef352410-2fa0-4001-9f8f-d946612919f9','129b2a2c-7032-4703-ae7b-233223a15191',20,0,1,'any','retry');
INSERT INTO "flow_stage_bindings" VALUES('97068f8c-3833-4a5b-8528-c1d83df0da01','ef352410-2fa0-4001-9f8f-d946612919f9','b3f8a31e-361a-4fb3-aa02-adef4931e052',30,0,1,'any','retry');
INSERT INTO "flow_stage_bindings" VALUES('3579c934-30e1-42ef-8a62-00b83573f548','ef352410-2fa0-4001-9f8f-d946612919f9','89d3d051-d9ed-48e4-95c9-bddb34f8ba93',40,0,1,'any','retry');
INSERT INTO "flow_stage_bindings" VALUES('bc705fe3-f283-460a-a129-6d84811b138e','ef352410-2fa0-4001-9f8f-d946612919f9','aaeedc95-b030-4330-ab4c-dcf101b69cfa',100,0,1,'any','retry');
CREATE TABLE flows (
  "pk" text not null primary key,
  "slug" text not null unique,
  "name" text not null,
  "title" text not null,
  "designation" text not null,
  "settings" text not null
);
INSERT INTO "flows" VALUES('c7cc151c-5310-4caf-9b60-d8857d887f13','default-authentication-flow','Welcome','Welcome','authentication','{"authentication":"none","policy_engine_mode":"any","denied_action":"message_continue","compatibility_mode":false,"layout":"stacked","background":""}');
INSERT INTO "flows" VALUES('33d6c5f6-9fa3-4841-bc82-e90e84422dd3','default-password-change','Change Password','Change password','stage_configuration','{"authentication":"require_authenticated","policy_engine_mode":"any","denied_action":"message_continue","compatibility_mode":false,"layout":"stacked","background":""}');
INSERT INTO "flows" VALUES('29e852dd-812b-4842-a333-ac8d7b03f11c','default-invalidation-flow','Logout','Default Invalidation Flow','invalidation','{"authentication":"none","policy_engine_mode":"any","denied_action":"message_continue","compatibility_mode":false,"layout":"stacked","background":""}');
INSERT INTO "flows" VALUES('ab2925fe-1bd5-4d97-bc92-614e2956f3fa','default-provider-invalidation-flow','Logged out of application','You''ve logged out of %(app)s.','invalidation','{"authentication":"none","policy_engine_mode":"any","denied_action":"message_continue","compatibility_mode":false,"layout":"stacked","background":""}');
INSERT INTO "flows" VALUES('ef23858f-643c-410c-839f-044c420cd8d9','default-recovery-flow','Recovery','Reset your password','recovery','{"authentication":"require_token","policy_engine_mode":"any","denied_action":"message_continue","compatibility_mode":false,"layout":"stacked","background":""}');
INSERT INTO "flows" VALUES('ae528246-1f0b-4904-9759-79639505008c','default-user-settings-flow','User settings','Update your info','stage_configuration','{"authentication":"require_authenticated","policy_engine_mode":"any","denied_action":"message_continue","compatibility_mode":false,"layout":"stacked","background":""}');
INSERT INTO "flows" VALUES('e1f3e33a-f178-4ad1-a399-3d3b23a12484','initial-setup','Welcome','Welcome! Set a password and an e-mail address for the administrator akadmin.','stage_configuration','{"authentication":"require_token","policy_engine_mode":"any","denied_action":"message_continue","compatibility_mode":false,"layout":"stacked","background":""}');
INSERT INTO "flows" VALUES('456ffce5-975b-4fbf-95de-93b252856c4d','default-authenticator-static-setup','Set up Static OTP Tokens','Set up printed codes','stage_configuration','{"authentication":"require_authenticated","policy_engine_mode":"any","denied_action":"message_continue","compatibility_mode":false,"layout":"stacked","background":""}');
INSERT INTO "flows" VALUES('97ce3fdb-20aa-4950-a721-dec25e361545','default-authenticator-totp-setup','Set up Two-Factor authentication','Set up an authenticator app','stage_configuration','{"authentication":"require_authenticated","policy_engine_mode":"any","denied_action":"message_continue","compatibility_mode":false,"layout":"stacked","background":""}');
INSERT INTO "flows" VALUES('d4c23d7d-a101-4a52-9143-5c776a5c4002','default-authenticator-webauthn-setup','Set up WebAuthn','Set up a security key or passkey','stage_configuration','{"authentication":"require_authenticated","policy_engine_mode":"any","denied_action":"message_continue","compatibility_mode":false,"layout":"stacked","background":""}');
INSERT INTO "flows" VALUES('de27b134-0077-4ec4-8201-b139709e2deb','default-enrollment-flow','Enrollment','Create your account','enrollment','{"authentication":"require_unauthenticated","policy_engine_mode":"any","denied_action":"message_continue","compatibility_mode":false,"layout":"stacked","background":""}');
INSERT INTO "flows" VALUES('ef352410-2fa0-4001-9f8f-d946612919f9','default-recovery-email-flow','Recovery by mail','Reset your password','recovery','{"authentication":"none","policy_engine_mode":"any","denied_action":"message_continue","compatibility_mode":false,"layout":"stacked","background":""}');
CREATE TABLE group_parents (
  "child_pk" text not null references groups ("pk") on delete cascade,
  "parent_pk" text not null references groups ("pk") on delete cascade,
  primary key ("child_pk", "parent_pk")
);
CREATE TABLE group_users (
  "group_pk" text not null references groups ("pk") on delete cascade,
  "user_pk" bigint not null references users ("pk") on delete cascade,
  primary key ("group_pk", "user_pk")
);
INSERT INTO "group_users" VALUES('05f454b6-f361-41eb-8845-050d8c13709f',1);
INSERT INTO "group_users" VALUES('ac6f421c-af6c-477d-bf53-fb4d4b4936c8',3);
INSERT INTO "group_users" VALUES('ac6f421c-af6c-477d-bf53-fb4d4b4936c8',4);
CREATE TABLE groups (
  "num_pk" integer primary key autoincrement,
  "pk" text not null unique,
  "name" text not null unique,
  "is_superuser" boolean not null,
  "attributes" text not null,
  "date_created" bigint not null,
  "last_updated" bigint not null,
  "gid_number" bigint unique
);
INSERT INTO "groups" VALUES(1,'05f454b6-f361-41eb-8845-050d8c13709f','authentik Admins',1,'{}',1795352209771,1795352209771,4000);
INSERT INTO "groups" VALUES(2,'ac6f421c-af6c-477d-bf53-fb4d4b4936c8','staff',0,'{}',1795352210811,1795352210811,4001);
CREATE TABLE meta ("key" text not null primary key, "value" text not null);
INSERT INTO "meta" VALUES('schema_version','1');
INSERT INTO "meta" VALUES('epoch','00000000000000000000000000000000');
CREATE TABLE object_permissions (
  "permission" text not null,
  "model" text not null,
  "object" text not null,
  "user_pk" bigint not null references users ("pk") on delete cascade,
  primary key ("permission", "model", "object", "user_pk")
);
CREATE TABLE policies (
  "pk" text not null primary key,
  "model" text not null,
  "name" text not null unique,
  "settings" text not null
);
INSERT INTO "policies" VALUES('87faf770-8a6b-4089-bba6-96c9b199cbfc','authentik_policies_password.passwordpolicy','default-password-change-password-policy','{"execution_logging":false,"password_field":"password","check_static_rules":true,"length_min":8,"amount_digits":0,"amount_uppercase":0,"amount_lowercase":0,"amount_symbols":0,"symbol_charset":"!\"#$%&''()*+,-./:;<=>?@[]^_`{|}~ ","error_message":"Password needs to be 8 characters or longer.","check_have_i_been_pwned":false,"hibp_allowed_count":1,"check_zxcvbn":true,"zxcvbn_score_threshold":2,"attributes":{}}');
CREATE TABLE policy_bindings (
  "pk" text not null primary key,
  "target" text not null,
  "policy" text references policies ("pk") on delete cascade,
  "group" text references groups ("pk") on delete cascade,
  "user" bigint references users ("pk") on delete cascade,
  "order" bigint not null,
  "enabled" boolean not null,
  "negate" boolean not null,
  "timeout" bigint not null,
  "failure_result" boolean not null
);
CREATE TABLE providers (
  "pk" integer primary key autoincrement,
  "model" text not null,
  "name" text not null unique,
  "settings" text not null
);
INSERT INTO "providers" VALUES(1,'authentik_providers_ldap.ldapprovider','ldap','{"authorization_flow":"c7cc151c-5310-4caf-9b60-d8857d887f13","invalidation_flow":"29e852dd-812b-4842-a333-ac8d7b03f11c","base_dn":"dc=ldap,dc=goauthentik,dc=io","certificate":null,"tls_server_name":"","uid_start_number":2000,"gid_start_number":4000,"search_mode":"direct","bind_mode":"direct","mfa_support":true,"attributes":{}}');
INSERT INTO "providers" VALUES(2,'authentik_providers_radius.radiusprovider','office','{"authorization_flow":null,"invalidation_flow":null,"client_networks":"127.0.0.1","mfa_support":true,"certificate":null,"attributes":{},"sealed_secret":"010118d66aa60c2a41d7b25245d4e33cf6759d8a13278824d4fdff0728b1f2f1e19b537f236f7d5f52eec5c6a1ef9fa6ac087edee1fb"}');
CREATE TABLE stages (
  "pk" text not null primary key,
  "model" text not null,
  "name" text not null unique,
  "settings" text not null
);
INSERT INTO "stages" VALUES('fb2bb2d9-e46f-4e6e-8a49-09d6f90cdfb2','authentik_stages_password.passwordstage','default-authentication-password','{"backends":["authentik.core.auth.InbuiltBackend","authentik.core.auth.TokenBackend"],"configure_flow":"33d6c5f6-9fa3-4841-bc82-e90e84422dd3","failed_attempts_before_cancel":5,"allow_show_password":false}');
INSERT INTO "stages" VALUES('a79b2233-2fcc-429e-a515-3dec391f92a4','authentik_stages_identification.identificationstage','default-authentication-identification','{"user_fields":["email","username"],"password_stage":null,"captcha_stage":null,"webauthn_stage":null,"enable_remember_me":false,"case_insensitive_matching":true,"show_matched_user":true,"pretend_user_exists":true,"enrollment_flow":null,"recovery_flow":null,"passwordless_flow":null}');
INSERT INTO "stages" VALUES('a3392bf5-bd07-448d-bec6-eb7b71b75bec','authentik_stages_authenticator_validate.authenticatorvalidatestage','default-authentication-mfa-validation','{"device_classes":["static","totp","webauthn","duo","sms","email"],"not_configured_action":"skip","configuration_stages":[],"last_auth_threshold":"seconds=0","webauthn_user_verification":"preferred","webauthn_hints":[]}');
INSERT INTO "stages" VALUES('03560511-515f-414d-af3c-18b9274ce44d','authentik_stages_user_login.userloginstage','default-authentication-login','{"session_duration":"seconds=0","remember_me_offset":"seconds=0","terminate_other_sessions":false}');
INSERT INTO "stages" VALUES('d2f89946-5d09-4a3a-9a73-a9574cd5e6b3','authentik_stages_user_logout.userlogoutstage','default-invalidation-logout','{}');
INSERT INTO "stages" VALUES('4474f306-4a6a-4fdd-bea7-5751270f12a2','authentik_stages_prompt.promptstage','default-password-change-prompt','{}');
INSERT INTO "stages" VALUES('24ba7565-76c3-44ab-b311-c09886958ba3','authentik_stages_user_write.userwritestage','default-password-change-write','{"user_creation_mode":"never_create","create_users_as_inactive":true,"create_users_group":null,"user_type":"external","user_path_template":""}');
INSERT INTO "stages" VALUES('b3f8a31e-361a-4fb3-aa02-adef4931e052','authentik_stages_prompt.promptstage','default-recovery-prompt','{}');
INSERT INTO "stages" VALUES('89d3d051-d9ed-48e4-95c9-bddb34f8ba93','authentik_stages_user_write.userwritestage','default-recovery-user-write','{"user_creation_mode":"never_create","create_users_as_inactive":true,"create_users_group":null,"user_type":"external","user_path_template":""}');
INSERT INTO "stages" VALUES('aaeedc95-b030-4330-ab4c-dcf101b69cfa','authentik_stages_user_login.userloginstage','default-recovery-user-login','{"session_duration":"seconds=0","remember_me_offset":"seconds=0","terminate_other_sessions":false}');
INSERT INTO "stages" VALUES('b5e74fb1-c8d6-4b38-9835-b272613ff166','authentik_stages_prompt.promptstage','default-user-settings','{}');
INSERT INTO "stages" VALUES('7e2de1b2-60c9-4eb5-a123-040701a01f05','authentik_stages_user_write.userwritestage','default-user-settings-write','{"user_creation_mode":"never_create","create_users_as_inactive":true,"create_users_group":null,"user_type":"external","user_path_template":""}');
INSERT INTO "stages" VALUES('8e4ec7e3-a2c0-4f74-b3dc-15ebd9be7f89','authentik_stages_prompt.promptstage','initial-setup-prompt','{}');
INSERT INTO "stages" VALUES('9f8dd336-d3c0-4ba6-818d-68ed1d5ab102','authentik_stages_user_write.userwritestage','initial-setup-write','{"user_creation_mode":"never_create","create_users_as_inactive":true,"create_users_group":null,"user_type":"external","user_path_template":""}');
INSERT INTO "stages" VALUES('50dfbfbf-061a-42ab-8c0b-99f07c27f9fb','authentik_stages_user_login.userloginstage','initial-setup-login','{"session_duration":"seconds=0","remember_me_offset":"seconds=0","terminate_other_sessions":false}');
INSERT INTO "stages" VALUES('d373c995-e530-4b20-b4e9-40748a2efaba','authentik_stages_authenticator_static.authenticatorstaticstage','default-authenticator-static-setup','{"configure_flow":"456ffce5-975b-4fbf-95de-93b252856c4d","friendly_name":"Static tokens","token_count":6,"token_length":12}');
INSERT INTO "stages" VALUES('49a6eedc-05b2-4f2a-bcf1-757562954301','authentik_stages_authenticator_totp.authenticatortotpstage','default-authenticator-totp-setup','{"configure_flow":"97ce3fdb-20aa-4950-a721-dec25e361545","friendly_name":"TOTP Device","digits":"6"}');
INSERT INTO "stages" VALUES('0e8a9674-e9dc-4a3b-a48f-6beb35f9b67e','authentik_stages_authenticator_webauthn.authenticatorwebauthnstage','default-authenticator-webauthn-setup','{"configure_flow":"d4c23d7d-a101-4a52-9143-5c776a5c4002","friendly_name":"WebAuthn device","user_verification":"preferred","authenticator_attachment":null,"resident_key_requirement":"preferred","hints":[],"max_attempts":0}');
INSERT INTO "stages" VALUES('39a5170f-dd7b-4308-a624-0a5925169bc1','authentik_stages_invitation.invitationstage','default-enrollment-invitation','{"continue_flow_without_invitation":false}');
INSERT INTO "stages" VALUES('04ff23eb-1856-4e27-b4e5-86231ddcb251','authentik_stages_prompt.promptstage','default-enrollment-prompt','{}');
INSERT INTO "stages" VALUES('cf39e6d1-78d0-4ce5-90ab-5e8f3ee99122','authentik_stages_user_write.userwritestage','default-enrollment-user-write','{"user_creation_mode":"always_create","create_users_as_inactive":false,"create_users_group":null,"user_type":"internal","user_path_template":"users"}');
INSERT INTO "stages" VALUES('e31efac4-ef6e-4d98-b7ca-5a96d1ff1372','authentik_stages_user_login.userloginstage','default-enrollment-user-login','{"session_duration":"seconds=0","remember_me_offset":"seconds=0","terminate_other_sessions":false}');
INSERT INTO "stages" VALUES('b6f4bd9e-1bd5-4143-8d91-0aeb7363caa9','authentik_stages_identification.identificationstage','default-recovery-identification','{"user_fields":["email","username"],"password_stage":null,"captcha_stage":null,"webauthn_stage":null,"enable_remember_me":false,"case_insensitive_matching":true,"show_matched_user":true,"pretend_user_exists":true,"enrollment_flow":null,"recovery_flow":null,"passwordless_flow":null}');
INSERT INTO "stages" VALUES('129b2a2c-7032-4703-ae7b-233223a15191','authentik_stages_email.emailstage','default-recovery-email','{"from_address":"","token_expiry":"minutes=30","subject":"Reset your password","template":"email/password_reset.html","activate_user_on_success":false,"recovery_max_attempts":5,"recovery_cache_timeout":"minutes=5"}');
CREATE TABLE static_devices (
  "pk" text not null primary key,
  "user" bigint not null references users ("pk") on delete cascade,
  "name" text not null,
  "confirmed" boolean not null,
  "created" bigint not null,
  "last_used" bigint
);
CREATE TABLE static_tokens (
  "pk" text not null primary key,
  "device" text not null references static_devices ("pk") on delete cascade,
  "verifier" text not null,
  "length" bigint not null,
  "used" bigint
);
CREATE TABLE throttle (
  "key" text not null primary key,
  "state" text not null,
  "expires" bigint not null
);
CREATE TABLE tokens (
  "pk" text not null primary key,
  "identifier" text not null unique,
  "intent" text not null,
  "user" bigint not null references users ("pk") on delete cascade,
  "description" text not null,
  "expiring" boolean not null,
  "expires" bigint,
  "key_id" text unique,
  "verifier" text unique,
  "sealed_key" text,
  "last_used" bigint,
  "created" bigint not null,
  "managed" text
);
INSERT INTO "tokens" VALUES('69d2582f-3c62-4355-817a-0f71a39ee8ed','ak-initial-setup','verification',1,'Initial setup',0,NULL,'83Vv6t0n','065bb8c2ef6e7f44a404985e24fc9d6e4563b3f325b70e9ea3d543f78d16a0ea',NULL,NULL,1795352210031,NULL);
INSERT INTO "tokens" VALUES('8d811985-d641-4fb5-b101-2afc7303240f','alice-mail','app_password',3,'',0,NULL,'wqMnqhaw','182edda9c3f8d9f67539fd9c026eb87e1c8280941cf739d848ab44dcefba40e8',NULL,NULL,1795352211395,NULL);
CREATE TABLE totp_devices (
  "pk" text not null primary key,
  "user" bigint not null references users ("pk") on delete cascade,
  "name" text not null,
  "confirmed" boolean not null,
  "digits" bigint not null,
  "step" bigint not null,
  "sealed_key" text not null,
  "last_step" bigint not null,
  "created" bigint not null,
  "last_used" bigint
);
INSERT INTO "totp_devices" VALUES('c52ac161-e299-48ee-b58c-300e178bb7dc',3,'TOTP',1,6,30,'010118d66ac9238a52aa94660696ee388915b9101ff7302b1343e420c0f5c0def2f419b2c735e29c60707a5571f7422024e7ff9d82',-1,1795352211203,NULL);
CREATE TABLE users (
  "pk" integer primary key autoincrement,
  "username" text not null,
  "username_folded" text not null unique,
  "name" text not null,
  "email" text not null,
  "is_active" boolean not null,
  "type" text not null,
  "path" text not null,
  "uuid" text not null unique,
  "attributes" text not null,
  "date_joined" bigint not null,
  "last_updated" bigint not null,
  "last_login" bigint,
  "password_change_date" bigint,
  "not_before" bigint,
  "not_after" bigint,
  "uid_number" bigint unique,
  "gid_number" bigint,
  "password_hash" text not null,
  "generation" bigint not null,
  "permissions" text not null
);
INSERT INTO "users" VALUES(1,'akadmin','akadmin','authentik Default Admin','',1,'internal','users','a5df5be6-9ff4-4728-b6c6-f6da2d7b56cf','{}',1795352209771,1795352209771,NULL,NULL,NULL,NULL,2000,2000,'',2,'[]');
INSERT INTO "users" VALUES(2,'ldap-search','ldap-search','LDAP search','',1,'service_account','goauthentik.io/service-accounts','94732473-b4e3-4e8b-8309-955e36d13709','{}',1795352209803,1795352209803,NULL,NULL,NULL,NULL,2001,2001,'',1,'["authentik_providers_ldap.search_full_directory"]');
INSERT INTO "users" VALUES(3,'alice','alice','Alice Liddell','',1,'internal','users','38fb4bbc-b5a6-4798-97ad-df08a60fdab7','{}',1795352210251,1795352210251,NULL,1795352210331,NULL,NULL,2002,2002,'$argon2id$v=19$m=8192,t=1,p=1$V8yL8MtoEByUqtSoFp32Sw$ri8JidjQTeCMlUNDxQi24O+YbV48YRv/jBPOU8oHjS0',4,'[]');
INSERT INTO "users" VALUES(4,'bob','bob','','',1,'internal','users','da259de7-1387-4653-8911-ae24805f64ba','{}',1795352210603,1795352210603,NULL,1795352210667,NULL,NULL,2003,2003,'$argon2id$v=19$m=8192,t=1,p=1$TgH3U2yU/KMtzh4gJiem1g$i9ohiFVGLg49G/sTq1ajtolD0ReJPnS12b49Ttysr24',2,'[]');
CREATE INDEX users_gid_number on users ("gid_number");
CREATE INDEX group_users_user on group_users ("user_pk", "group_pk");
CREATE INDEX group_parents_parent on group_parents ("parent_pk", "child_pk");
CREATE INDEX tokens_user on tokens ("user");
CREATE INDEX totp_devices_user on totp_devices ("user");
CREATE INDEX static_devices_user on static_devices ("user");
CREATE INDEX static_tokens_device on static_tokens ("device");
CREATE INDEX application_backchannels_provider on application_backchannels ("provider_pk");
CREATE INDEX policy_bindings_target on policy_bindings ("target");
CREATE INDEX policy_bindings_policy on policy_bindings ("policy");
CREATE INDEX policy_bindings_group on policy_bindings ("group");
CREATE INDEX policy_bindings_user on policy_bindings ("user");
CREATE INDEX flow_stage_bindings_target on flow_stage_bindings ("target");
CREATE INDEX flow_stage_bindings_stage on flow_stage_bindings ("stage");
CREATE INDEX object_permissions_user on object_permissions ("user_pk");
CREATE INDEX object_permissions_object on object_permissions ("model", "object");
CREATE INDEX events_action on events ("action", "pk");
CREATE INDEX throttle_expires on throttle ("expires");
CREATE INDEX code_guesses_device on code_guesses ("device", "at");
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('users',4);
INSERT INTO "sqlite_sequence" VALUES('groups',2);
INSERT INTO "sqlite_sequence" VALUES('providers',2);
COMMIT;
