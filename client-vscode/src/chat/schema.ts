/** Checks for values that come from elsewhere, and the types that follow from them. Unknown fields are refused. */

export type Check<T> = (value: unknown) => value is T;
export type Of<C> = C extends Check<infer T> ? T : never;

type Shape = Readonly<Record<string, Check<unknown>>>;
type Fields<S extends Shape> = { readonly [K in keyof S]: Of<S[K]> };

export const LONGEST_TEXT = 8 * 1024 * 1024;
const LONGEST_LIST = 100_000;

export function text(longest = LONGEST_TEXT): Check<string> {
  return (value): value is string => typeof value === "string" && value.length <= longest;
}

export function whole(): Check<number> {
  return (value): value is number => Number.isSafeInteger(value);
}

export function flag(): Check<boolean> {
  return (value): value is boolean => typeof value === "boolean";
}

export function oneOf<const T extends string>(...allowed: readonly T[]): Check<T> {
  return (value): value is T => (allowed as readonly unknown[]).includes(value);
}

export function list<T>(item: Check<T>, longest = LONGEST_LIST): Check<readonly T[]> {
  return (value): value is readonly T[] =>
    Array.isArray(value) && value.length <= longest && value.every((one) => item(one));
}

export function nullable<T>(check: Check<T>): Check<T | null> {
  return (value): value is T | null => value === null || check(value);
}

/** An object with exactly these fields. */
export function fields<const S extends Shape>(shape: S): Check<Fields<S>> {
  const names = Object.keys(shape);
  return (value): value is Fields<S> =>
    isPlain(value) &&
    Object.keys(value).length === names.length &&
    names.every((name) => Object.hasOwn(value, name) && shape[name]?.(value[name]) === true);
}

type Tagged<M extends Readonly<Record<string, Shape>>> = {
  [K in keyof M & string]: { readonly type: K } & Fields<M[K]>;
}[keyof M & string];

/** One of several objects, told apart by `type`. */
export function tagged<const M extends Readonly<Record<string, Shape>>>(messages: M): Check<Tagged<M>> {
  const checks = new Map(
    Object.entries(messages).map(([type, shape]) => [type, fields({ ...shape, type: oneOf(type) })]),
  );
  return (value): value is Tagged<M> =>
    isPlain(value) && typeof value.type === "string" && checks.get(value.type)?.(value) === true;
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
