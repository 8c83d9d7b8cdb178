/* Speaks the result when the slider rests. The node stays: a replaced live region is not heard. */
export default function ({ data, parentElement }) {
  const region = parentElement.querySelector("[role=status]");
  if (region.textContent !== data.text) region.textContent = data.text;
}
