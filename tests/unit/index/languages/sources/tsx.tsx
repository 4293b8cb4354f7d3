import * as React from "react";
import type { FC, ReactNode } from "react";

type Props<T> = { items: T[]; render(item: T): ReactNode };

/** Shows a list. */
export const List = <T extends { id: string }>({ items, render }: Props<T>) => (
  <ul role="list">
    {items.map((item) => (
      <Item key={item.id} onPick={() => pick(item)}>{render(item)}</Item>
    ))}
  </ul>
);

export const Item: FC<{ onPick(): void }> = function Item({ children }) {
  React.useEffect(() => () => undefined, []);
  return <li><Icons.Dot />{children}</li>;
};

export class Boundary extends React.Component<Props<never>, { failed: boolean }> {
  state = { failed: false };

  render() {
    return this.state.failed ? null : this.props.children;
  }
}
