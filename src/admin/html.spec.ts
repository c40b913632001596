import { expect, test } from 'vitest';
import { html, jsonForScript } from './html.js';

test('values are escaped, markup is not, nothing leaves nothing', () => {
  const inner = html`<b>${'<script>"&\''}</b>`;
  expect(html`<p title="${'"'}">${inner}${null}${false}</p>`.text).toBe(
    '<p title="&quot;"><b>&lt;script&gt;&quot;&amp;&#39;</b></p>',
  );
});

test('JSON in a script element can not end it', () => {
  const { text } = jsonForScript({ email: '</script><!--' });
  expect(text).not.toContain('<');
  expect(JSON.parse(text)).toEqual({ email: '</script><!--' });
});
