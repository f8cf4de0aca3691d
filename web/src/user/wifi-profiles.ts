// Files that set up WPA2/WPA3-Enterprise with PEAP-MSCHAPv2 on a device. Every value is escaped for its
// format. Sources: Apple's Configuration Profile Reference (com.apple.wifi.managed), nm-settings-keyfile(5),
// Microsoft's WLANProfile v1 schema with EapHostConfig.

export interface WifiProfile {
  ssid: string;
  server: string; // the name that the server's certificate must carry; "" = not checked
  username: string;
  password: string;
  device: string;
}

export function xml(text: string): string {
  const known: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&apos;" };
  return text.replace(/[&<>"']/g, (c) => known[c] ?? c);
}

// A backslash begins an escape, a line ends a value.
export function keyfile(text: string): string {
  return text.replace(/\\/g, "\\\\").replace(/\n/g, "\\n").replace(/\r/g, "\\r").replace(/^ /, "\\s");
}

export function appleProfile(one: WifiProfile): string {
  const inner = crypto.randomUUID();
  const outer = crypto.randomUUID();
  const names = one.server ? `<key>TLSTrustedServerNames</key><array><string>${xml(one.server)}</string></array>` : "";
  return `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0"><dict>
<key>PayloadType</key><string>Configuration</string>
<key>PayloadVersion</key><integer>1</integer>
<key>PayloadIdentifier</key><string>postern.wifi.${outer}</string>
<key>PayloadUUID</key><string>${outer}</string>
<key>PayloadDisplayName</key><string>${xml(one.ssid)} – ${xml(one.device)}</string>
<key>PayloadContent</key><array><dict>
<key>PayloadType</key><string>com.apple.wifi.managed</string>
<key>PayloadVersion</key><integer>1</integer>
<key>PayloadIdentifier</key><string>postern.wifi.${inner}</string>
<key>PayloadUUID</key><string>${inner}</string>
<key>SSID_STR</key><string>${xml(one.ssid)}</string>
<key>AutoJoin</key><true/>
<key>EncryptionType</key><string>WPA2</string>
<key>EAPClientConfiguration</key><dict>
<key>AcceptEAPTypes</key><array><integer>25</integer></array>
<key>UserName</key><string>${xml(one.username)}</string>
<key>UserPassword</key><string>${xml(one.password)}</string>
${names}
</dict>
</dict></array>
</dict></plist>
`;
}

export function networkManagerProfile(one: WifiProfile): string {
  const server = one.server ? `domain-suffix-match=${keyfile(one.server)}\n` : "";
  return `[connection]
id=${keyfile(one.ssid)}
uuid=${crypto.randomUUID()}
type=wifi

[wifi]
mode=infrastructure
ssid=${keyfile(one.ssid)}

[wifi-security]
key-mgmt=wpa-eap

[802-1x]
eap=peap;
phase2-auth=mschapv2
identity=${keyfile(one.username)}
password=${keyfile(one.password)}
${server}system-ca-certs=true

[ipv4]
method=auto

[ipv6]
method=auto
`;
}

export function windowsProfile(one: WifiProfile): string {
  const names = one.server ? `<ServerNames>${xml(one.server)}</ServerNames>` : "<ServerNames></ServerNames>";
  return `<?xml version="1.0"?>
<WLANProfile xmlns="http://www.microsoft.com/networking/WLAN/profile/v1">
<name>${xml(one.ssid)}</name>
<SSIDConfig><SSID><name>${xml(one.ssid)}</name></SSID></SSIDConfig>
<connectionType>ESS</connectionType>
<connectionMode>auto</connectionMode>
<MSM><security>
<authEncryption><authentication>WPA2</authentication><encryption>AES</encryption><useOneX>true</useOneX></authEncryption>
<OneX xmlns="http://www.microsoft.com/networking/OneX/v1"><authMode>user</authMode><EAPConfig>
<EapHostConfig xmlns="http://www.microsoft.com/provisioning/EapHostConfig">
<EapMethod><Type xmlns="http://www.microsoft.com/provisioning/EapCommon">25</Type><VendorId xmlns="http://www.microsoft.com/provisioning/EapCommon">0</VendorId><VendorType xmlns="http://www.microsoft.com/provisioning/EapCommon">0</VendorType><AuthorId xmlns="http://www.microsoft.com/provisioning/EapCommon">0</AuthorId></EapMethod>
<Config xmlns="http://www.microsoft.com/provisioning/EapHostConfig">
<Eap xmlns="http://www.microsoft.com/provisioning/BaseEapConnectionPropertiesV1"><Type>25</Type>
<EapType xmlns="http://www.microsoft.com/provisioning/MsPeapConnectionPropertiesV1">
<ServerValidation><DisableUserPromptForServerValidation>false</DisableUserPromptForServerValidation>${names}</ServerValidation>
<FastReconnect>true</FastReconnect><InnerEapOptional>false</InnerEapOptional>
<Eap xmlns="http://www.microsoft.com/provisioning/BaseEapConnectionPropertiesV1"><Type>26</Type>
<EapType xmlns="http://www.microsoft.com/provisioning/MsChapV2ConnectionPropertiesV1"><UseWinLogonCredentials>false</UseWinLogonCredentials></EapType></Eap>
<EnableQuarantineChecks>false</EnableQuarantineChecks><RequireCryptoBinding>false</RequireCryptoBinding>
</EapType></Eap></Config></EapHostConfig></EAPConfig></OneX>
</security></MSM>
</WLANProfile>
`;
}
