/** Inside the page: the login needs nothing else to look right. In keeping with the colours of the panel. */
export const LOGIN_STYLE = `
:root {
  color-scheme: light dark;
  --text: #1c1c38;
  --soft: #5d5d78;
  --page: #f6f7fb;
  --card: #fff;
  --line: #bbc3cb;
  --blue: #3040d6;
  --red: #b3161e;
  --red-soft: #fdeeee;
}
@media (prefers-color-scheme: dark) {
  :root {
    --text: #eef0f7;
    --soft: #a9aec2;
    --page: #12131f;
    --card: #1d1f30;
    --line: #474b66;
    --blue: #6f7dff;
    --red: #ff8f94;
    --red-soft: #3b1d24;
  }
}
* {
  box-sizing: border-box;
}
body {
  margin: 0;
  min-height: 100vh;
  display: grid;
  place-items: center;
  padding: 16px;
  background: var(--page);
  color: var(--text);
  font:
    15px/1.5 system-ui,
    -apple-system,
    'Segoe UI',
    Roboto,
    sans-serif;
}
main {
  width: 100%;
  max-width: 400px;
  padding: 40px 32px;
  background: var(--card);
  border-radius: 12px;
  box-shadow: 0 8px 32px rgb(20 24 60 / 10%);
}
.logo {
  line-height: 0;
}
h1 {
  margin: 20px 0 16px;
  font-size: 24px;
  line-height: 1.25;
}
p {
  margin: 0 0 16px;
}
label {
  display: block;
  margin: 16px 0 6px;
  font-weight: 600;
}
input {
  width: 100%;
  padding: 10px 12px;
  border: 1px solid var(--line);
  border-radius: 6px;
  background: transparent;
  color: inherit;
  font: inherit;
}
input[aria-invalid] {
  border-color: var(--red);
}
:focus-visible {
  outline: 2px solid var(--blue);
  outline-offset: 2px;
}
button {
  width: 100%;
  margin-top: 24px;
  padding: 12px;
  border: 0;
  border-radius: 6px;
  background: #3040d6;
  color: #fff;
  font: inherit;
  font-weight: 600;
  cursor: pointer;
}
button:hover {
  background: #2431b0;
}
a {
  color: var(--blue);
}
form > a {
  display: block;
  margin-top: 16px;
  text-align: center;
}
.hint,
.wrong {
  margin: 6px 0 0;
  font-size: 13px;
  color: var(--soft);
}
.wrong {
  color: var(--red);
}
.alert {
  padding: 10px 12px;
  border-radius: 6px;
  background: var(--red-soft);
  color: var(--red);
}
`;
