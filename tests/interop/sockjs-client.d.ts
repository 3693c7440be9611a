declare module "sockjs-client" {
  const SockJS: import("./probe.ts").SockJSConstructor;
  export default SockJS;
}
