/** Trusted Types: where a browser has them, only the policy `sw` makes addresses of scripts. */

interface Policy {
  createScriptURL(url: string): string;
}

declare const trustedTypes: { createPolicy(name: string, rules: Policy): Policy } | undefined;

const own: Policy = { createScriptURL: (url) => url };
const policy = typeof trustedTypes === "undefined" ? own : trustedTypes.createPolicy("sw", own);

/** An address of ours, as a worker may be made of it. */
export const scriptUrl = (url: string): string => policy.createScriptURL(url);
