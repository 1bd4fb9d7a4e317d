/** The very words that people get by SMS, shown before they are sent. */

import { words } from "../words.ts";

const said = words({ message: "SMS yang akan diterima" }, { message: "The SMS that they get" });

export function Message(props: { children: string }) {
  return (
    <figure class="message">
      <figcaption>{said().message}</figcaption>
      <blockquote lang="id">{props.children}</blockquote>
    </figure>
  );
}
