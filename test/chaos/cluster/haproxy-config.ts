/** One address that follows the primary, as Patroni's own template for HAProxy has it: its REST API says who that is. */
export function haproxyConfig(
  port: number,
  machines: readonly { readonly name: string; readonly address: string }[],
): string {
  const servers = machines.map(({ name, address }) => `  server ${name} ${address}:5432 check port 8008`);
  return `global
  maxconn 500
defaults
  mode tcp
  retries 2
  timeout connect 4s
  timeout client 30m
  timeout server 30m
  timeout check 2s
listen primary
  bind 127.0.0.1:${port}
  option httpchk OPTIONS /primary
  http-check expect status 200
  default-server inter 1s fall 3 rise 1 on-marked-down shutdown-sessions
${servers.join('\n')}
`;
}
