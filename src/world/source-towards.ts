// Which address of this machine a connection would come from, without making one.
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { type AddressInfo, isIPv6 } from 'node:net';

/**
 * Our own address on the way to another: the kernel chooses it when a datagram socket is given its other end, and no
 * packet is sent. Towards an address of this machine it is that address. Rejects where there is no way.
 */
export async function sourceTowards(address: string): Promise<string> {
  const socket = createSocket(isIPv6(address) ? 'udp6' : 'udp4');
  try {
    socket.connect(9, address);
    await once(socket, 'connect');
    return (socket.address() as AddressInfo).address;
  } finally {
    socket.close();
  }
}
