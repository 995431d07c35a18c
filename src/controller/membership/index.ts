export { createMembership, type Membership, type MembershipState } from './membership.ts'
export { createSignIn, type SignIn } from './sign-in.ts'
