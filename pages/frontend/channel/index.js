// needs: ../channel.js
/* The end of every page: it hands answers to the channel and sends its messages. */
export default function ({ data, setStateValue }) {
  const write = (message) => setStateValue("message", message);
  channel.write = write;
  channel.answer(JSON.parse(data.json));
  return () => {
    if (channel.write === write) channel.write = null;
  };
}
