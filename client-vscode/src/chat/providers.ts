/** The providers that are set up, as the server last said, and their keys from VS Code's secret storage. */
import * as vscode from "vscode";
import type { ListProvidersResult, Provider } from "../generated/protocol";
import { RequestFailed, type Method, type Params, type Result, type Server } from "../server/client";
import { fields, text } from "./schema";
import { shownHost } from "./shown";

const SECRET = "octoprompt.key.";

export class Providers implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  readonly onDidChange = this.changed.event;
  private readonly owned: vscode.Disposable[];
  private known: ListProvidersResult | undefined;

  constructor(
    private readonly server: Server,
    private readonly secrets: vscode.SecretStorage,
    private readonly log: vscode.LogOutputChannel,
    private readonly onError: (error: unknown) => void,
  ) {
    const follow = (): void => void this.refresh().catch(onError);
    this.owned = [
      this.changed,
      server.onDidChangeState((state) => state === "running" && void this.begin().catch(onError)),
      server.onNotification("data/changed", follow),
      secrets.onDidChange(({ key }) => {
        if (key.startsWith(SECRET)) {
          void this.giveKey(key.slice(SECRET.length)).catch(onError);
        }
      }),
    ];
    if (server.state === "running") {
      void this.begin().catch(onError);
    }
  }

  /** Undefined until the server has answered. */
  get all(): readonly Provider[] | undefined {
    return this.known?.providers;
  }

  get kinds(): ListProvidersResult["kinds"] {
    return this.known?.kinds ?? [];
  }

  /** The provider that answers: the one that is named, else the default; none when the named one is gone. */
  of(id: string | null | undefined): Provider | undefined {
    const all = this.all ?? [];
    return typeof id === "string"
      ? all.find((provider) => provider.id === id)
      : (all.find((provider) => provider.isDefault) ?? all[0]);
  }

  async refresh(): Promise<void> {
    this.known = await this.server.request("providers/list", {});
    this.changed.fire();
  }

  /** Change something about the providers. */
  async change<M extends Method>(method: M, params: Params<M>): Promise<Result<M>> {
    try {
      return await this.server.request(method, params);
    } finally {
      await this.refresh().catch(this.onError);
    }
  }

  /** Keep a key, or with an empty one forget it; false when the system could not keep it over this session. */
  async setKey(id: string, key: string): Promise<boolean> {
    await this.change("providers/setKey", { id, key: key === "" ? null : key });
    try {
      await (key === ""
        ? this.secrets.delete(SECRET + id)
        : this.secrets.store(SECRET + id, JSON.stringify({ host: this.hostOf(id), key })));
      return true;
    } catch {
      // The reason of a keyring may quote what it was given: it is not logged.
      this.log.warn(`the key of ${id} could not be kept by the system; it holds until the window closes`);
      return false;
    }
  }

  dispose(): void {
    vscode.Disposable.from(...this.owned).dispose();
  }

  /** A new server knows no key. */
  private async begin(): Promise<void> {
    await this.refresh();
    for (const { id } of this.all ?? []) {
      await this.giveKey(id);
    }
  }

  private async giveKey(id: string): Promise<void> {
    const key = await this.stored(id);
    if (key === undefined || this.server.state !== "running") {
      return;
    }
    try {
      await this.change("providers/setKey", { id, key });
    } catch (error) {
      // Another window may have set up a provider that this one is told of later.
      if (!(error instanceof RequestFailed)) {
        throw error;
      }
    }
  }

  /** A key is for one host: a provider that was moved elsewhere, by whomever, does not get it. */
  private async stored(id: string): Promise<string | undefined> {
    try {
      const kept = parseKept(await this.secrets.get(SECRET + id));
      if (kept && kept.host !== this.hostOf(id)) {
        this.log.warn(`${id} is not where its key is for; set the key again`);
        return undefined;
      }
      return kept?.key;
    } catch {
      this.log.warn(`the system did not give the key of ${id}`);
      return undefined;
    }
  }

  private hostOf(id: string): string {
    return shownHost(this.all?.find((provider) => provider.id === id)?.baseUrl ?? "");
  }
}

const isKept = fields({ host: text(), key: text() });

function parseKept(value: string | undefined): { readonly host: string; readonly key: string } | undefined {
  const parsed: unknown = value === undefined ? undefined : JSON.parse(value);
  return isKept(parsed) ? parsed : undefined;
}
