// What admins ask about users, tokens and the audit log, and what they decide; beside client.ts, as only Settings needs it.
import type { AuditAnswer, Role, Scope, Token, TokensAnswer, User, UsersAnswer } from "./access_types";
import { answered, type ListKeys, type Request, request, send, withBody } from "./client";
import type { One, Retention } from "./types";

export const users = (): Request<UsersAnswer> => request("users");
export const tokens = (): Request<TokensAnswer> => request("tokens");
export const audit = (actor: string | null, action: string | null, keys: ListKeys): Request<AuditAnswer> =>
  request("audit", undefined, { actor, action, ...keys });

export const retention = (): Request<Pick<One<Retention>, "data">> => request("retention");

type Made<T> = Pick<One<T>, "data">;

export interface Rights {
  role: Role;
  domains: string[];
}
const userAddress = (name: string): string => "api/v1/users/" + encodeURIComponent(name);

export const addUser = async (name: string, password: string, rights: Rights): Promise<Made<User>> =>
  answered(await send("api/v1/users", withBody("POST", { name, password, ...rights })));
/** Without a password the one he has stays. */
export const changeUser = async (name: string, rights: Rights, password: string): Promise<Made<User>> =>
  answered(await send(userAddress(name), withBody("PATCH", { ...rights, ...(password ? { password } : {}) })));
export const removeUser = async (name: string): Promise<void> => answered(await send(userAddress(name), { method: "DELETE" }));

/** `days`: null lasts for ever. The answer holds the secret, which nobody can ask for again. */
export const createToken = async (name: string, scope: Scope, domains: string[], days: number | null): Promise<Made<Token>> =>
  answered(await send("api/v1/tokens", withBody("POST", { name, scope, domains, expires_in_days: days })));
export const revokeToken = async (id: string): Promise<void> =>
  answered(await send("api/v1/tokens/" + encodeURIComponent(id), { method: "DELETE" }));

export const changePassword = async (current: string, wanted: string): Promise<void> =>
  answered(await send("api/v1/session/password", withBody("PUT", { current, new: wanted })));
