// What speaks to a proxy, to be loaded late. A bundle gives the names of such packages only to an import that is not late itself.
export { HttpProxyAgent } from 'http-proxy-agent';
export { HttpsProxyAgent } from 'https-proxy-agent';
