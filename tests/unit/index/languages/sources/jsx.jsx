import React, { useState } from "react";
import { Button } from "./Button";

// A counter.
export function Counter({ start = 0, ...props }) {
  const [count, setCount] = useState(start);
  const onClick = () => setCount(count + 1);
  return (
    <Layout.Panel {...props}>
      <Button label={`Clicked ${count}`} onClick={onClick} />
      {count > 3 && <b className="many">{format(count)}</b>}
    </Layout.Panel>
  );
}

export default React.memo(Counter);
