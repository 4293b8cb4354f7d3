import type { Disposable } from "vscode";
import { Emitter, type Event as VSEvent } from "../common/event.js";
import fs = require("fs");
export type { Emitter };

declare module "vscode" {
  interface Window {
    readonly title: string;
    close?(): void;
  }
}

declare global {
  var __DEV__: boolean;
}

export const enum Level {
  Trace,
  Debug = 10,
  "Very Loud" = 1 << 5,
}

/** What a service can be asked. */
export interface IService<T extends object = {}> extends Disposable, VSEvent<T> {
  readonly _serviceBrand: undefined;
  onDidChange?: VSEvent<T>;
  get<K extends keyof T>(key: K, ...rest: unknown[]): T[K];
  new (name: string): IService<T>;
  (call: number): void;
}

export type Keys<T> = { [K in keyof T]: T[K] extends Function ? K : never }[keyof T];
type Handler = (this: Window, event: Event) => Promise<void>;

export function isString(value: unknown): value is string;
export function isString(value: any) {
  return typeof value === "string";
}

export abstract class Base<T> {
  protected abstract readonly name: string;
  abstract run(token: CancellationToken): Promise<T>;
}

@injectable()
export class Service extends Base<Level> implements IService<Map<string, Level>>, Disposable {
  declare readonly _serviceBrand: undefined;
  private static readonly instances = new Map<string, Service>();
  #count = 0;
  handler: Handler = async () => { await this.run(none); };

  constructor(
    @ILogger private readonly logger: ILogger,
    public readonly name = "service",
  ) {
    super();
  }

  @memoize
  get size(): number {
    return Service.instances.size!;
  }

  async run(token: CancellationToken): Promise<Level> {
    const inner = <T,>(x: T): x is NonNullable<T> => Boolean(x);
    return this.logger.trace<Level>(`run ${inner(token)}`) as Level;
  }
}

namespace Outer.Inner {
  export const depth = 2;
  export function helper(this: Service): asserts this is Base<Level> {}
}

export const create = (name: string): Service => new Service(undefined!, name);
export let active: Service | undefined, last = create("x") satisfies Service;
export default create;

export type * from './internals';
