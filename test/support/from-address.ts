import { Agent, fetch, type RequestInit } from 'undici';

/** Makes requests from another address of this machine than 127.0.0.1; returns their status. */
export interface Elsewhere {
  post(url: string, init: RequestInit): Promise<number>;
  get(url: string, init: RequestInit): Promise<number>;
  close(): Promise<void>;
}

/** `localAddress`: of 127.0.0.0/8, which is this machine's on Linux. */
export function fromAddress(localAddress: string): Elsewhere {
  const dispatcher = new Agent({ connect: { localAddress } });
  const send = async (method: string, url: string, init: RequestInit): Promise<number> => {
    const response = await fetch(url, { ...init, method, redirect: 'manual', dispatcher });
    await response.arrayBuffer();
    return response.status;
  };
  return {
    post: (url, init) => send('POST', url, init),
    get: (url, init) => send('GET', url, init),
    close: () => dispatcher.close(),
  };
}
