import type { Json } from '@bigboard/shared/json';
import type { Seq } from '@bigboard/shared/position';
import type { TopicDocument } from '@bigboard/shared/topic-document';

/** The fields that have been what they are since `seq` or longer; what the others were then is not known any more. */
export function valuesUntil(document: TopicDocument, seq: Seq): { readonly [name: string]: Json } {
  const settled = document.state().fields.filter(([, value, since]) => since <= seq && value !== null);
  return Object.fromEntries(settled.map(([name, value]) => [name, value]));
}
