/** The scope of a component that no app uses: no app's id. An empty list would mean every app. */
export const unusedScope = 'no-app-uses-this-component'
