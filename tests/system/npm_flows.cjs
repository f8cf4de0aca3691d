// Flows through the published client (npm @goauthentik/api): node npm_flows.cjs PACKAGE BASE, secrets as JSON
// on stdin. A login, a TOTP device set up, a login with it, an enrolment by invitation; one line of JSON each.
const { createHmac } = require("node:crypto");
const ak = require(`${process.argv[2]}/dist/index.js`);
const secrets = JSON.parse(require("node:fs").readFileSync(0, "utf8"));

// One browser: keeps cookies, sends the CSRF header that the client of the web interface sends.
function visitor() {
    const jar = new Map();
    const fetchApi = async (url, init) => {
        const headers = new Headers(init.headers);
        headers.set("Cookie", [...jar].map(([name, value]) => `${name}=${value}`).join("; "));
        if (jar.has("authentik_csrf")) headers.set("X-authentik-CSRF", jar.get("authentik_csrf"));
        const response = await fetch(url, { ...init, headers });
        for (const line of response.headers.getSetCookie()) {
            const [name, value] = line.split(";")[0].split(/=(.*)/s);
            jar.set(name, value);
        }
        return response;
    };
    const configuration = new ak.Configuration({ basePath: `${process.argv[3]}/api/v3`, fetchApi });
    return {
        flows: new ak.FlowsApi(configuration), core: new ak.CoreApi(configuration),
        stages: new ak.StagesApi(configuration), devices: new ak.AuthenticatorsApi(configuration),
    };
}

function totp(secret) {
    const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let bits = "";
    for (const letter of secret) bits += alphabet.indexOf(letter).toString(2).padStart(5, "0");
    const key = Buffer.from(bits.match(/.{8}/g).map((octet) => parseInt(octet, 2)));
    const step = Buffer.alloc(8);
    step.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30000)));
    const mac = createHmac("sha1", key).update(step).digest();
    const code = (mac.readUInt32BE(mac[19] & 15) & 0x7fffffff) % 1000000;
    return String(code).padStart(6, "0");
}

async function solve(who, flowSlug, answers, query = "") {
    let challenge = await who.flows.flowsExecutorGet({ flowSlug, query });
    const seen = [challenge.component];
    for (let i = 0; i < 8 && answers[challenge.component]; ++i) {
        const given = answers[challenge.component](challenge);
        challenge = await who.flows.flowsExecutorSolve({
            flowSlug, query, flowChallengeResponseRequest: { component: challenge.component, ...given } });
        seen.push(challenge.component);
    }
    return seen;
}

async function main() {
    const login = {
        "ak-stage-identification": () => ({ uidField: "alice" }),
        "ak-stage-password": () => ({ password: secrets.alice }),
    };
    const alice = visitor();
    console.log(JSON.stringify(await solve(alice, "default-authentication-flow", login)));
    const cards = await alice.stages.stagesAllUserSettingsList();
    console.log(JSON.stringify(cards.map((card) => card.component).sort()));
    console.log(JSON.stringify(await solve(alice, "default-authenticator-totp-setup", {
        "ak-stage-authenticator-totp": (challenge) => ({
            code: totp(new URL(challenge.configUrl).searchParams.get("secret")) }),
    })));
    const listed = await alice.devices.authenticatorsAllList();
    console.log(JSON.stringify(listed.map((device) => [device.type, device.confirmed, device.created instanceof Date])));
    const totps = await alice.devices.authenticatorsTotpList();
    await alice.devices.authenticatorsTotpPartialUpdate({ id: totps.results[0].pk, patchedTOTPDeviceRequest: { name: "Phone" } });
    console.log(JSON.stringify(await solve(visitor(), "default-authentication-flow", login)));
    await alice.devices.authenticatorsTotpDestroy({ id: totps.results[0].pk });
    const bob = visitor();
    console.log(JSON.stringify(await solve(bob, "default-enrollment-flow", {
        "ak-stage-prompt": () => ({ username: "bob", name: "Bob", email: "bob@example.org", password: secrets.bob,
            password_repeat: secrets.bob }),
    }, `itoken=${secrets.invitation}`)));
    console.log(JSON.stringify((await bob.core.coreUsersMeRetrieve()).user.username));
}

main().catch((error) => { console.error(error); process.exit(1); });
