// The published client @goauthentik/api against a running server: node published_client.cjs CLIENT BASE TOKEN
// PASSWORD. Prints "ok NAME" for each thing done; anything else is a failure.
"use strict";
const [, , folder, base, token, password] = process.argv;
const api = require(folder);
const assert = require("node:assert");

const jar = {};
// Cookies and the CSRF header, as a browser's page would have them.
const browser = {
    async pre({ url, init }) {
        const headers = { ...init.headers };
        headers["Cookie"] = Object.entries(jar).map(([k, v]) => `${k}=${v}`).join("; ");
        if (jar.authentik_csrf) headers["X-authentik-CSRF"] = jar.authentik_csrf;
        return { url, init: { ...init, headers } };
    },
    async post({ response }) {
        for (const line of response.headers.getSetCookie()) {
            const [name, value] = line.split(";")[0].split("=");
            if (value && !line.includes("Max-Age=0")) jar[name] = value; else delete jar[name];
        }
        return response;
    },
};
const bearer = new api.Configuration({ basePath: base, accessToken: token });
const page = new api.Configuration({ basePath: base, middleware: [browser] });
const of = (Api, configuration = bearer) => new Api(configuration);
const core = of(api.CoreApi), flows = of(api.FlowsApi), stages = of(api.StagesApi), policies = of(api.PoliciesApi);
const providers = of(api.ProvidersApi), events = of(api.EventsApi), admin = of(api.AdminApi);

async function refused(promise, status) {
    try {
        await promise;
    } catch (error) {
        assert.equal(error.response?.status, status);
        return error.response.json();
    }
    assert.fail("not refused");
}

const steps = {
    async users() {
        const made = await core.coreUsersCreate({ userRequest: { username: "carol", name: "Carol", path: "users/x" } });
        assert.equal(made.username, "carol");
        assert.ok(made.dateJoined instanceof Date && !Number.isNaN(made.dateJoined.getTime()));
        await core.coreUsersSetPasswordCreate({ id: made.pk, userPasswordSetRequest: { password } });
        const changed = await core.coreUsersPartialUpdate({ id: made.pk, patchedUserRequest: { email: "c@example.org" } });
        assert.equal(changed.email, "c@example.org");
        const listed = await core.coreUsersList({ search: "carol" });
        assert.deepEqual(listed.results.map((one) => one.pk), [made.pk]);
        steps.carol = made.pk;
        const wrong = await refused(core.coreUsersCreate({ userRequest: { username: "carol", name: "" } }), 400);
        assert.ok(wrong.username);
        assert.ok((await core.coreUsersPathsRetrieve({})).paths.includes("users/x"));
    },
    async groups() {
        const made = await core.coreGroupsCreate({ groupRequest: { name: "singers" } });
        await core.coreGroupsAddUserCreate({ groupUuid: made.pk, userAccountRequest: { pk: steps.carol } });
        const read = await core.coreGroupsRetrieve({ groupUuid: made.pk });
        assert.deepEqual(read.usersObj.map((one) => one.username), ["carol"]);
        steps.group = made.pk;
    },
    async tokens() {
        await core.coreTokensCreate({ tokenRequest: { identifier: "carol-api", intent: "api", user: steps.carol } });
        const { key } = await core.coreTokensViewKeyRetrieve({ identifier: "carol-api" });
        const carol = new api.CoreApi(new api.Configuration({ basePath: base, accessToken: key }));
        assert.equal((await carol.coreUsersMeRetrieve()).user.username, "carol");
        await core.coreTokensDestroy({ identifier: "carol-api" });
        await refused(carol.coreUsersMeRetrieve(), 403);
    },
    async providers_applications_bindings() {
        const flow = await flows.flowsInstancesRetrieve({ slug: "default-authentication-flow" });
        const provider = await providers.providersLdapCreate({ lDAPProviderRequest: {
            name: "choir", authorizationFlow: flow.pk, invalidationFlow: flow.pk, baseDn: "dc=choir" } });
        const application = await core.coreApplicationsCreate({ applicationRequest: {
            name: "Choir", slug: "choir", provider: provider.pk } });
        await policies.policiesBindingsCreate({ policyBindingRequest: {
            target: application.pbmUuid, group: steps.group, order: 0 } });
        const mine = await core.coreApplicationsCheckAccessRetrieve({ slug: "choir", forUser: steps.carol });
        assert.equal(mine.passing, true);
        const all = await providers.providersAllList({});
        assert.ok(all.results.some((one) => one.assignedApplicationSlug === "choir"));
    },
    async policies() {
        const policy = await policies.policiesExpressionCreate({ expressionPolicyRequest: {
            name: "is carol", expression: "ak_message('hi') return request.user.username == 'carol'" } });
        const tested = await policies.policiesAllTestCreate({ policyUuid: policy.pk, policyTestRequest: { user: steps.carol } });
        assert.deepEqual([tested.passing, tested.messages], [true, ["hi"]]);
        assert.ok((await policies.policiesAllTypesList()).length >= 7);
    },
    async flows_stages() {
        const flow = await flows.flowsInstancesCreate({ flowRequest: {
            name: "no", slug: "no", title: "No", designation: "authentication" } });
        const stage = await stages.stagesDenyCreate({ denyStageRequest: { name: "never" } });
        await flows.flowsBindingsCreate({ flowStageBindingRequest: { target: flow.pk, stage: stage.pk, order: 1 } });
        assert.equal((await flows.flowsBindingsList({ target: flow.pk })).results[0].stageObj.name, "never");
        assert.ok((await stages.stagesAllList({})).results.length > 3);
        await flows.flowsInstancesDestroy({ slug: "no" });
    },
    async login_sessions_devices() {
        const executor = of(api.FlowsApi, page);
        const ask = { flowSlug: "default-authentication-flow", query: "" };
        let challenge = await executor.flowsExecutorGet(ask);
        assert.equal(challenge.component, "ak-stage-identification");
        challenge = await executor.flowsExecutorSolve({ ...ask, flowChallengeResponseRequest: {
            component: "ak-stage-identification", uidField: "carol" } });
        assert.equal(challenge.component, "ak-stage-password");
        challenge = await executor.flowsExecutorSolve({ ...ask, flowChallengeResponseRequest: {
            component: "ak-stage-password", password } });
        assert.equal(challenge.component, "xak-flow-redirect");
        const mine = of(api.CoreApi, page);
        assert.equal((await mine.coreUsersMeRetrieve()).user.username, "carol");
        const sessions = await mine.coreAuthenticatedSessionsList({});
        assert.equal(sessions.results.filter((one) => one.current).length, 1);
        assert.deepEqual(await of(api.AuthenticatorsApi, page).authenticatorsAllList(), []);
        await mine.coreAuthenticatedSessionsDestroy({ uuid: sessions.results[0].uuid });
        await refused(mine.coreUsersMeRetrieve(), 403);
    },
    async events_settings() {
        let seen = [];
        for (let i = 0; i < 100 && seen.length === 0; ++i) {
            seen = (await events.eventsEventsList({ username: "carol", action: "login" })).results;
            await new Promise((wake) => setTimeout(wake, 50));
        }
        assert.equal(seen[0].action, "login");
        assert.ok((await events.eventsEventsActionsList()).length > 10);
        const before = await admin.adminSettingsRetrieve();
        const after = await admin.adminSettingsPartialUpdate({ patchedSettingsRequest: { eventRetention: "days=30" } });
        assert.equal(after.eventRetention, "days=30");
        assert.equal(before.defaultUserChangeName, after.defaultUserChangeName);
    },
    async rules_notifications_mappings() {
        const mappings = of(api.PropertymappingsApi);
        const transport = await events.eventsTransportsCreate({ notificationTransportRequest: {
            name: "seen", mode: "local" } });
        const admins = (await core.coreGroupsList({ isSuperuser: true })).results[0];
        const rule = await events.eventsRulesCreate({ notificationRuleRequest: {
            name: "made", transports: [transport.pk], severity: "notice", destinationGroup: admins.pk } });
        assert.equal(rule.destinationGroupObj.name, admins.name);
        const policy = await policies.policiesEventMatcherCreate({ eventMatcherPolicyRequest: {
            name: "made", action: "model_created" } });
        await policies.policiesBindingsCreate({ policyBindingRequest: { target: rule.pk, policy: policy.pk, order: 0 } });
        const mapping = await mappings.propertymappingsProviderRadiusCreate({ radiusProviderPropertyMappingRequest: {
            name: "vlan", expression: "return {vlan = 7}" } });
        const said = await mappings.propertymappingsAllTestCreate({ pmUuid: mapping.pk, propertyMappingTestRequest: {} });
        assert.deepEqual([said.successful, said.result], [true, '{"vlan":7}']);
        let told = [];
        for (let i = 0; i < 100 && told.length === 0; ++i) {
            told = (await events.eventsNotificationsList({ seen: false })).results;
            await new Promise((wake) => setTimeout(wake, 50));
        }
        assert.equal(told[0].event.action, "model_created");
        await events.eventsNotificationsMarkAllSeenCreate();
        assert.equal((await events.eventsNotificationsList({ seen: false })).results.length, 0);
        assert.ok((await events.eventsTransportsTestCreate({ uuid: transport.pk })).messages.length > 0);
        assert.ok((await events.eventsEventsStatsRetrieve({ countSteps: ["hours=1"] })).uniqueUsers > 0);
        await events.eventsRulesDestroy({ pbmUuid: rule.pk });
    },
    async roles() {
        const rbac = of(api.RbacApi);
        const role = await rbac.rbacRolesCreate({ roleRequest: { name: "watchers" } });
        await rbac.rbacPermissionsAssignedByRolesAssign({ uuid: role.pk, permissionAssignRequest: {
            permissions: ["authentik_core.view_user"] } });
        await rbac.rbacRolesAddUserCreate({ uuid: role.pk, userAccountSerializerForRoleRequest: { pk: steps.carol } });
        const held = await rbac.rbacPermissionsAssignedByRolesList({ model: "authentik_core.user" });
        assert.equal(held.results[0].modelPermissions[0].codename, "view_user");
        await core.coreUsersDestroy({ id: steps.carol });
        await refused(core.coreUsersRetrieve({ id: steps.carol }), 404);
    },
};

(async () => {
    for (const [name, step] of Object.entries(steps)) {
        if (typeof step !== "function") continue;
        await step();
        console.log("ok " + name);
    }
})().catch(async (error) => {
    const body = error.response ? await error.response.text().catch(() => "") : "";
    console.error(error.stack, error.response?.status ?? "", error.response?.url ?? "", body);
    process.exit(1);
});
