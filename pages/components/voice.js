/* Speaks the result when the slider rests. The node stays: a replaced live region is not heard. */
export default function ({ data, parentElement }) {
  const { text } = JSON.parse(data.json);
  const region = parentElement.querySelector("[role=status]");
  if (region.textContent !== text) region.textContent = text;
}
