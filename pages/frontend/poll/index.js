// needs: ../dom.js ../leaving.js ../turns.js
/* Lets its part of the page look again, every so often, for as long as it stands. Streamlit's own timer would go on
 * while another page is being opened.
 */
const looks = new WeakMap();

export default function (component) {
  const { parentElement } = component;
  const { wait } = JSON.parse(component.data.json);
  const look = looks.get(parentElement) || { home: window.location.pathname };
  looks.set(parentElement, look);
  clearInterval(look.timer);
  look.timer = setInterval(() => {
    if (!silent(look.home) && mayLook()) lookAs(look, () => component.setTriggerValue("look", Date.now()));
  }, wait);
  return () => {
    clearInterval(look.timer);
    looks.delete(parentElement);
  };
}
