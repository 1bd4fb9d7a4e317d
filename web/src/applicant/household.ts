/** The people whom an account may book for. */

import { type Account, api, ask, type Relative, useAsked } from "../api.ts";

export interface Household {
  me: Account;
  family: Relative[];
}

export const useHousehold = () =>
  useAsked(async () => {
    const [me, family] = await Promise.all([
      ask(api.GET("/v1/me")),
      ask(api.GET("/v1/me/family")),
    ]);
    if (me.problem) return me;
    if (family.problem) return family;
    return { ok: { me: me.ok, family: family.ok.family } satisfies Household };
  }, []);

export const nameOf = ({ me, family }: Household, id: string) =>
  [me, ...family].find((one) => one.applicant_id === id)?.name;
